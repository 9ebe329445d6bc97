// Runs a page: a pure reducer says what is, `task` says what that state needs done, and this keeps the two together.

/** Work that a state asks for. Two states whose tasks have the same key share one run of it. */
export interface Task<E> {
  readonly key: string
  /** Starts the work and returns what stops it. Events sent after the stop are dropped. */
  run(send: (event: E) => void): () => void
}

export interface Machine<S, E> {
  state(): S
  send(event: E): void
  /** Calls `listener` after each change of state. Returns the function that ends this. */
  subscribe(listener: () => void): () => void
  /** Stops the running task. The machine takes no further events. */
  stop(): void
}

/**
 * Starts in `initial` and runs its task. After every event whose reduction gives another state, the task of the old
 * state is stopped unless the new state's has the same key. Events sent from within a task wait for their turn.
 */
export function createMachine<S, E>(parts: {
  initial: S
  reduce: (state: S, event: E) => S
  task: (state: S) => Task<E> | null
}): Machine<S, E> {
  let state = parts.initial
  let running: { key: string; live: boolean; end: () => void } | null = null
  let draining = false
  let stopped = false
  const queue: E[] = []
  const listeners = new Set<() => void>()

  function halt(): void {
    const last = running
    running = null
    if (last) {
      last.live = false
      last.end()
    }
  }

  function follow(): void {
    const task = parts.task(state)
    if (task?.key === running?.key) return
    halt()
    if (!task) return
    const run = { key: task.key, live: true, end: (): void => {} }
    running = run
    run.end = task.run((event) => {
      if (run.live) send(event)
    })
  }

  function send(event: E): void {
    if (stopped) return
    queue.push(event)
    if (draining) return
    draining = true
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const before = state
      state = parts.reduce(state, next)
      if (state === before) continue
      follow()
      for (const listener of listeners) listener()
    }
    draining = false
  }

  draining = true
  follow()
  draining = false
  // What the first task sent while it was being started.
  const early = queue.splice(0)
  for (const event of early) send(event)

  return {
    state: () => state,
    send,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      stopped = true
      halt()
    },
  }
}
