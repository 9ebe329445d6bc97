// What people read about an error, in their language.
import { ERRORS } from '#shared/errors.js'
import type { Failure } from './http.js'
import type { Language } from './language.js'

const NETWORK = {
  zh: '连接不上服务器，请检查网络。',
  en: 'The server cannot be reached. Please check your network.',
}

/** The sentence for an error, in `language`. */
export function failureText(code: Failure, language: Language): string {
  return code === 'network' ? NETWORK[language] : ERRORS[code][language]
}
