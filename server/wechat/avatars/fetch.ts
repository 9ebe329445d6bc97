// Gets a picture from WeChat's image hosts, and from nowhere else: over https, by no redirect, from an address on the
// internet, within limits of size and time, and only if its bytes are a picture's.
import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { Agent, type Dispatcher } from 'undici'
import type { Log } from '#server/core/ports.js'
import { pictureAddress } from '../clean-profile.js'
import { type Picture, pictureOf } from './picture.js'
import { isPublicAddress } from './public-address.js'

/** Every address that a host name has. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

const PICTURE_LIMITS = { maxBytes: 1024 * 1024, totalMs: 5_000, connections: 16 } as const

export interface PictureFetcher {
  /** The picture at an address of WeChat's; null when there is none, or it is not one that may be fetched. Never rejects. */
  fetch(url: string): Promise<Picture | null>
  close(): Promise<void>
}

/**
 * @param ownOrigins origins beside WeChat's, scheme included, whose addresses are not looked at: the simulator's
 * @param resolve for tests, which have no name server of their own
 */
export function createPictureFetcher(deps: {
  readonly ownOrigins: readonly string[]
  readonly log: Pick<Log, 'info'>
  readonly resolve?: Resolve
  readonly limits?: Partial<Record<keyof typeof PICTURE_LIMITS, number>>
}): PictureFetcher {
  const { ownOrigins, log, resolve = (host) => lookup(host, { all: true }) } = deps
  const { maxBytes, totalMs, connections } = { ...PICTURE_LIMITS, ...deps.limits }
  const common = { connections, pipelining: 1, headersTimeout: totalMs, bodyTimeout: totalMs }
  const guarded = new Agent({ ...common, connect: { lookup: publicOnly(resolve), timeout: totalMs } })
  const own = new Agent(common)

  async function get(url: URL): Promise<Picture> {
    const dispatcher = ownOrigins.includes(url.origin) ? own : guarded
    // Its redirects are not followed: undici does that for those alone who ask for it.
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { accept: 'image/jpeg, image/png, image/gif, image/webp', 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(totalMs),
    })
    const picture = answer.statusCode === 200 ? pictureOf(await readUpTo(answer.body, maxBytes)) : null
    // Whatever is left of it is not waited for.
    answer.body.on('error', () => {}).destroy()
    if (picture === null) throw new Refused(answer.statusCode === 200 ? 'no_picture' : `status_${answer.statusCode}`)
    return picture
  }

  return {
    async fetch(text) {
      const address = pictureAddress(text, ownOrigins)
      if (address === '') return null
      const url = new URL(address)
      try {
        return await get(url)
      } catch (error) {
        log.info('avatar.failed', { host: url.hostname, why: whyOf(error) })
        return null
      }
    },
    async close() {
      await Promise.all([guarded.destroy(), own.destroy()])
    },
  }
}

/**
 * Names are looked up once, and the connection goes to what was found: a second look could find something else. One
 * address that is not the internet's spoils all.
 */
function publicOnly(resolve: Resolve): LookupFunction {
  return (host, { all }, done) => {
    const connect = (found: Awaited<ReturnType<Resolve>>) => {
      const [first] = found
      if (first === undefined || !found.every(({ address }) => isPublicAddress(address))) {
        done(new Refused('address_refused'), '')
      } else if (all) done(null, [...found])
      else done(null, first.address, first.family)
    }
    resolve(host).then(connect, (error: Error) => done(error, ''))
  }
}

async function readUpTo(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw new Refused('too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

class Refused extends Error {}

/** A word for the log: never an address, which would name a person's picture. */
function whyOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : 'unreachable'
}
