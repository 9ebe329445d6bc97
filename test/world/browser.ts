// A browser as far as HTTP goes: it keeps our cookies, says where its requests come from, and follows nothing by itself.

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The error's code; null when the body is no error of ours. */
  readonly code: string | null
  /** The Location header, resolved; null without one. */
  readonly location: string | null
  /** The Set-Cookie lines. */
  readonly cookies: readonly string[]
  /** The body as JSON. @throws when it is none */
  json<T>(): T
}

export interface RequestOptions {
  readonly method?: string
  /** Sent as a JSON body. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string
  readonly headers?: Record<string, string>
  /** False: as inside another site's frame, the request carries no cookie and none is kept. */
  readonly cookies?: boolean
  readonly signal?: AbortSignal
}

export interface Browser {
  /** Name → value of our site's cookies. */
  readonly jar: Map<string, string>
  /** @param address a path of our site, or any URL: another site gets no cookie and no origin of ours */
  request(address: string, options?: RequestOptions): Promise<Answer>
  get(address: string, options?: RequestOptions): Promise<Answer>
  post(address: string, json?: unknown, options?: RequestOptions): Promise<Answer>
  delete(address: string, options?: RequestOptions): Promise<Answer>
  /** The Cookie header it would send to our site now. */
  cookieHeader(): string
  /** The value of the cookie whose name ends so. @throws when there is none */
  cookie(ending: string): string
}

/** Where our site is: `publicUrl` is its address to the world, `connectTo` where it listens. */
export interface Site {
  readonly publicUrl: string
  readonly connectTo: string
}

/** @param own headers of every request, e.g. the user agent */
export function createBrowser({ publicUrl, connectTo }: Site, own: Record<string, string> = {}): Browser {
  const jar = new Map<string, string>()
  const cookieHeader = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

  async function request(address: string, options: RequestOptions = {}): Promise<Answer> {
    const url = new URL(address, publicUrl).href
    const ours = url.startsWith(`${publicUrl}/`)
    const { method = 'GET', cookies = true } = options
    const body = options.json === undefined ? options.body : JSON.stringify(options.json)
    const headers = {
      ...own,
      ...(ours && method !== 'GET' ? { origin: publicUrl, 'sec-fetch-site': 'same-origin' } : {}),
      ...(ours && cookies && jar.size > 0 ? { cookie: cookieHeader() } : {}),
      ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    }
    const target = ours ? connectTo + url.slice(publicUrl.length) : url
    const answer = await fetch(target, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
    const text = await answer.text()
    const lines = answer.headers.getSetCookie()
    if (ours && cookies) for (const line of lines) keep(jar, line)
    const location = answer.headers.get('location')
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      code: codeIn(text),
      location: location === null ? null : new URL(location, url).href,
      cookies: lines,
      json: () => JSON.parse(text),
    }
  }

  return {
    jar,
    request,
    get: (address, options) => request(address, options),
    post: (address, json, options) =>
      request(address, { ...options, method: 'POST', ...(json === undefined ? {} : { json }) }),
    delete: (address, options) => request(address, { ...options, method: 'DELETE' }),
    cookieHeader,
    cookie(ending) {
      const found = [...jar].find(([name]) => name.endsWith(ending))
      if (!found) throw new Error(`no cookie …${ending} among ${[...jar.keys()].join(', ') || 'none'}`)
      return found[1]
    },
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  const expires = attributes.find((attribute) => /^\s*expires=/i.test(attribute))?.split('=')[1]
  if (expires !== undefined && Date.parse(expires) <= Date.now()) jar.delete(pair.slice(0, at))
  else jar.set(pair.slice(0, at), pair.slice(at + 1))
}

function codeIn(text: string): string | null {
  if (!text.startsWith('{"error"')) return null
  const { error } = JSON.parse(text) as { error: { code: string } }
  return error.code
}
