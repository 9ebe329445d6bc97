// A record of what reached WeChat, so that a test can say "the code was sent once".

export interface Call {
  /** Epoch milliseconds by the simulator's clock. */
  readonly at: number
  readonly method: string
  readonly path: string
  /** Query and form fields, without the secret. */
  readonly query: Readonly<Record<string, string>>
}

export interface CallsReport {
  /** The latest calls, oldest first. */
  readonly calls: readonly Call[]
  readonly byPath: Readonly<Record<string, number>>
  /** How often each code reached the exchange, whatever was answered. */
  readonly byCode: Readonly<Record<string, number>>
}

export interface Calls {
  record(call: Omit<Call, 'query'> & { readonly params: URLSearchParams }): void
  report(): CallsReport
  clear(): void
}

const KEEP = 5000
/** Where codes are exchanged, and what the code is called there. */
const EXCHANGES: Readonly<Record<string, string>> = {
  '/sns/oauth2/access_token': 'code',
  '/sns/jscode2session': 'js_code',
}

/** Nothing recorded yet. Counts are kept for ever, the calls themselves for the last 5000. */
export function createCalls(): Calls {
  const calls: Call[] = []
  const byPath = new Map<string, number>()
  const byCode = new Map<string, number>()
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1)
  return {
    record({ at, method, path, params }) {
      const { secret: _, ...query } = Object.fromEntries(params)
      calls.push({ at, method, path, query })
      if (calls.length > KEEP * 2) calls.splice(0, calls.length - KEEP)
      count(byPath, path)
      const code = params.get(EXCHANGES[path] ?? '')
      if (code) count(byCode, code)
    },
    report: () => ({
      calls: calls.slice(-KEEP),
      byPath: Object.fromEntries(byPath),
      byCode: Object.fromEntries(byCode),
    }),
    clear() {
      calls.length = 0
      byPath.clear()
      byCode.clear()
    },
  }
}
