// A text message as WeChat shows it: `<a href="…">words</a>` and bare addresses are links, everything else is words.
import type { MessagePart } from '../page-data.js'

const LINK = /<a\s[^>]*?href\s*=\s*(["'])(.*?)\1[^>]*>([\s\S]*?)<\/a>|https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi
const PUNCTUATION = /[.,;:!?'")\]]+$/

/** The parts of a message, in order. */
export function messageParts(message: string): readonly MessagePart[] {
  const parts: MessagePart[] = []
  let end = 0
  for (const match of message.matchAll(LINK)) {
    const [whole, quote, address, words] = match
    const bare = whole.replace(PUNCTUATION, '')
    const link = quote === undefined ? { text: bare, href: bare } : linkOf(words ?? '', address ?? '')
    parts.push({ text: message.slice(end, match.index), href: null }, link)
    end = match.index + (quote === undefined ? bare.length : whole.length)
  }
  return [...parts, { text: message.slice(end), href: null }].filter(({ text }) => text !== '')
}

function linkOf(text: string, address: string): MessagePart {
  const href = address.trim().replaceAll('&amp;', '&')
  return { text, href: /^https?:\/\//i.test(href) && URL.canParse(href) ? href : null }
}
