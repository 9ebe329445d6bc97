// Has the worker keep the shell for a client in a window of its own, and for nobody else: a tab needs none.

/** Registers the worker if this page is a program's window, or its start. A browser that refuses only starts later. */
export function keepShell(): void {
  const started = new URLSearchParams(location.search).has('window')
  if (!started && !matchMedia('(display-mode: standalone)').matches) return
  // A window may stay open for weeks: each start asks whether there is a newer one.
  const register = () => navigator.serviceWorker?.register('/worker.js').then((worker) => worker.update())
  register()?.catch(() => {})
}
