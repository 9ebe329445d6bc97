// Pictures of people, from WeChat to our pages: signed addresses, a fetcher that goes nowhere else, a memory of both.
import type { Config } from './config.js'
import { createAvatarLinks } from './core/account/avatar-links.js'
import type { Keyring } from './core/keyring.js'
import type { Clock, Log } from './core/ports.js'
import type { Edge } from './http/edge.js'
import { createPictureCache } from './wechat/avatars/cache.js'
import { createPictureFetcher, type Resolve } from './wechat/avatars/fetch.js'

/** @param resolve for tests: what host names lead to */
export function openAvatars(
  { config, keyring, clock, log }: { config: Config; keyring: Keyring; clock: Clock; log: Log },
  resolve?: Resolve,
): Pick<Edge, 'avatarLinks' | 'pictures'> & { close(): Promise<void> } {
  const { production, publicUrl, wechat } = config
  // Beside production WeChat may be a simulator on this machine; there, an operator's proxy is none of WeChat's image hosts.
  const ownOrigins = production ? [] : [wechat.openUrl, wechat.apiUrl].map((url) => new URL(url).origin)
  const fetcher = createPictureFetcher({ ownOrigins, log, ...(resolve && { resolve }) })
  return {
    avatarLinks: createAvatarLinks({ keyring, publicUrl, shown: config.avatars }),
    pictures: createPictureCache({ fetch: fetcher.fetch, clock }),
    close: fetcher.close,
  }
}
