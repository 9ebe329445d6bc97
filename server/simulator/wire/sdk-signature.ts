// How the SDK signs its request for a code.
import { createHash } from 'node:crypto'

/** SHA-1 in hex over the four, in the order of their names, as they are. */
export function sdkSignature(given: { appid: string; noncestr: string; ticket: string; timestamp: string }): string {
  const text = `appid=${given.appid}&noncestr=${given.noncestr}&sdk_ticket=${given.ticket}&timestamp=${given.timestamp}`
  return createHash('sha1').update(text).digest('hex')
}
