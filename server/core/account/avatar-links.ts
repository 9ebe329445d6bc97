// Pictures of people at addresses of ours. The address names WeChat's picture and is signed, so that only what we have
// shown to somebody can be asked for: nobody can have us fetch an address of their own.
import type { Keyring } from '../keyring.js'

export interface AvatarLinks {
  /** Where our pages get the picture that WeChat has at `pictureUrl`; empty when there is none, or none is shown. */
  link(pictureUrl: string): string
  /** WeChat's address in the last part of such a link; null when we have not made it. */
  read(name: string): string | null
}

const MAC_BYTES = 16
/** What `link` can make of the longest address that is stored. */
const NAME = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{1,1400})$/

/**
 * The same picture has the same address, until SESSION_KEYS change, so that browsers can keep it.
 * @param publicUrl scheme and host under which browsers reach us @param shown false: no picture is, anywhere
 */
export function createAvatarLinks(deps: {
  readonly keyring: Keyring
  readonly publicUrl: string
  readonly shown: boolean
}): AvatarLinks {
  const { keyring, publicUrl, shown } = deps
  return {
    link(pictureUrl) {
      if (!shown || pictureUrl === '') return ''
      const address = Buffer.from(pictureUrl)
      const mac = keyring.mac('avatar', address).subarray(0, MAC_BYTES)
      return `${publicUrl}/avatars/${mac.toString('base64url')}.${address.toString('base64url')}`
    },
    read(name) {
      const [, mac, address] = (shown && NAME.exec(name)) || []
      if (mac === undefined || address === undefined) return null
      const bytes = Buffer.from(address, 'base64url')
      // Written in the one way that we write it: what decodes to the same is another address to browsers.
      const exact = bytes.toString('base64url') === address
      return exact && keyring.verify('avatar', bytes, Buffer.from(mac, 'base64url')) >= 0 ? bytes.toString() : null
    },
  }
}
