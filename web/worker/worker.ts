// Lets an installed client's window stand there at once, also without a network: keeps the shell, which is the login and the account page
// with their scripts and styles. It keeps nothing else, and looks at no request of the API.
export {}

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
declare const self: {
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
}

/** Written in by the server, new with each deploy and each change of settings that a page depends on. */
const CACHE = 'saoma-__VERSION__'
const ASSETS = '__ASSETS__'.split(' ')
/** `?shell`: the page without what the server tells one visitor. */
const SHELLS: Readonly<Record<string, string>> = { '/login': '/login?shell', '/account': '/account?shell' }

self.addEventListener('install', (event) => {
  const fill = async (): Promise<void> => {
    const cache = await caches.open(CACHE)
    await cache.addAll([...ASSETS, ...Object.values(SHELLS)])
    await self.skipWaiting()
  }
  event.waitUntil(fill())
})

self.addEventListener('activate', (event) => {
  const takeOver = async (): Promise<void> => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name)
    await self.clients.claim()
  }
  event.waitUntil(takeOver())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname, searchParams } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (ASSETS.includes(pathname)) return event.respondWith(kept(pathname, request))
  const shell = request.mode === 'navigate' ? SHELLS[pathname === '/' ? '/login' : pathname] : undefined
  if (shell === undefined) return
  // The window's start: at once. Any other visit asks the server, and has the shell when there is no network.
  if (searchParams.has('window')) event.respondWith(kept(shell, request))
  else event.respondWith(fetch(request).catch(() => kept(shell, request)))
})

async function kept(address: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(address)) ?? fetch(request)
}
