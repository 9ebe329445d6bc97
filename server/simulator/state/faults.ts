// Faults that a test or an operator orders: which path, how often, and what goes wrong there.
import type { Random } from './ids.js'

/** What can go wrong with any answer, whatever the path. */
export type TransportFault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'html' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'delayAfter'; readonly ms: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  /** This text in place of the answer, in the answer's content type. */
  | { readonly kind: 'raw'; readonly body: string }
  /** The answer comes byte by byte, `ms` apart. */
  | { readonly kind: 'drip'; readonly ms: number }
  /** The right answer, blown up to so many bytes with blanks. */
  | { readonly kind: 'oversized'; readonly bytes: number }

/** What WeChat itself does differently; each is looked for by the route that can do it. */
export type PlatformFault =
  | { readonly kind: 'errcode'; readonly errcode: number; readonly errmsg: string | null }
  | { readonly kind: 'refusal'; readonly refusal: 'none' | 'authdeny' | 'state_only' }
  | { readonly kind: 'doubleCallback' }
  | { readonly kind: 'mangleState'; readonly append: string }
  | { readonly kind: 'noUnionid' }
  | { readonly kind: 'otherUnionid' }
  | { readonly kind: 'otherOpenid' }
  | { readonly kind: 'snapshotUser' }
  | { readonly kind: 'pollStatus'; readonly status: number; readonly code: string }

export type FaultKind = (TransportFault | PlatformFault)['kind']

export type Fault = (TransportFault | PlatformFault) & {
  /** An exact path, or a beginning of paths that ends in `*`. */
  readonly path: string
  /** How often it still happens; null: until it is cleared. */
  readonly times: number | null
  /** Of a hundred requests that it could happen to, about how many it does happen to, by chance. */
  readonly share: number
  /** The request is carried out first, and only its answer is lost. Only kinds that replace or drop it. */
  readonly after: boolean
}

/** Where each fault can happen. Null: on any of WeChat's paths, because it is the transport that fails. */
export const FAULT_PATHS: Readonly<
  Record<TransportFault['kind'], null> & Record<PlatformFault['kind'], readonly string[]>
> = {
  status: null,
  html: null,
  empty: null,
  truncated: null,
  delay: null,
  delayAfter: null,
  hang: null,
  reset: null,
  raw: null,
  drip: null,
  oversized: null,
  errcode: [
    '/sns/oauth2/access_token',
    '/sns/oauth2/refresh_token',
    '/sns/userinfo',
    '/sns/auth',
    '/sns/jscode2session',
    '/cgi-bin/token',
    '/cgi-bin/stable_token',
    '/cgi-bin/ticket/getticket',
    '/cgi-bin/qrcode/create',
    '/cgi-bin/user/info',
    '/cgi-bin/changeopenid',
    '/connect/sdk/qrconnect',
    '/connect/qrconnect',
    '/connect/oauth2/authorize',
  ],
  refusal: ['/connect/oauth2/authorize', '/connect/qrconnect'],
  doubleCallback: ['/connect/oauth2/authorize'],
  mangleState: ['/connect/oauth2/authorize', '/connect/qrconnect'],
  noUnionid: ['/sns/oauth2/access_token', '/sns/userinfo', '/sns/jscode2session', '/cgi-bin/user/info'],
  otherUnionid: ['/sns/oauth2/access_token', '/sns/userinfo', '/sns/jscode2session', '/cgi-bin/user/info'],
  otherOpenid: ['/sns/oauth2/access_token', '/sns/userinfo', '/sns/jscode2session', '/cgi-bin/user/info'],
  snapshotUser: ['/sns/oauth2/access_token'],
  pollStatus: ['/connect/l/qrconnect'],
}

export interface Faults {
  add(fault: Fault): void
  /** The first ordered fault of this kind for this path, counted as having happened; null when there is none. */
  take<K extends PlatformFault['kind']>(path: string, kind: K): Extract<Fault, { kind: K }> | null
  /** The same for a fault of the transport, of any kind. */
  takeTransport(path: string): Extract<Fault, TransportFault> | null
  /** What is still to happen. */
  all(): readonly Fault[]
  clear(): void
}

/** True when `pattern` (see `Fault.path`) names `path`. */
export function pathMatches(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path
}

/** No faults ordered. */
export function createFaults(random: Random): Faults {
  let ordered: readonly Fault[] = []
  const strikes = ({ share }: Fault) => share === 100 || random(4).readUInt32BE() < (share / 100) * 2 ** 32

  function takeFirst(path: string, isWanted: (kind: FaultKind) => boolean): Fault | null {
    const taken = ordered.find((fault) => isWanted(fault.kind) && pathMatches(fault.path, path) && strikes(fault))
    if (!taken) return null
    ordered = ordered.flatMap((fault) => {
      if (fault !== taken || fault.times === null) return [fault]
      return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []
    })
    return taken
  }

  return {
    add(fault) {
      ordered = [...ordered, fault]
    },
    take: <K extends PlatformFault['kind']>(path: string, kind: K) =>
      takeFirst(path, (candidate) => candidate === kind) as Extract<Fault, { kind: K }> | null,
    takeTransport: (path) =>
      takeFirst(path, (kind) => FAULT_PATHS[kind] === null) as Extract<Fault, TransportFault> | null,
    all: () => ordered,
    clear() {
      ordered = []
    },
  }
}
