// The words beside the box by which people agree to the site's own texts.
import type { consent as zh } from '../zh-CN/consent.js'

export const consent = {
  lead: 'I have read and agree to the ',
  agreement: 'user agreement',
  and: ' and the ',
  privacy: 'privacy policy',
} satisfies typeof zh
