// What is known of one table: committed values, beneath them nothing, above them what the group that is being written
// has changed, and above that what the job that runs has. A value is a row or, where rows are looked up in another way
// too, what that lookup gives; null stands for "there is none", undefined for "not known: ask the database".

/** How many committed values are kept of a table; then the oldest quarter goes. */
const MOST = 20_000

/** Values that are to be written down. */
export interface Dirty<V> {
  /** By INSERT alone: if their keys are there already, nothing of the group is written. */
  readonly added: readonly V[]
  readonly changed: readonly V[]
}

const NOTHING: Dirty<never> = { added: [], changed: [] }

export class Layers<V> {
  /** Changes whenever something is forgotten: what was read before that must not be remembered any more. */
  epoch = 0
  readonly #most: number
  #committed = new Map<string, V | null>()
  #group = new Map<string, V | null>()
  #job = new Map<string, V | null>()
  /** Keys of values that the database does not have yet; true for those that were made here and looked up nowhere. */
  #dirtyOfGroup = new Map<string, boolean>()
  #dirtyOfJob = new Map<string, boolean>()
  /** True while the group has changed this table past us: what is committed is then no longer what the group sees. */
  #bypassed = false

  constructor(most = MOST) {
    this.#most = most
  }

  /** What the job that runs would read. */
  get(key: string): V | null | undefined {
    let value = this.#job.get(key)
    if (value === undefined) value = this.#group.get(key)
    if (value === undefined && !this.#bypassed) value = this.#committed.get(key)
    return value
  }

  /** What everybody else would read. */
  committed(key: string): V | null | undefined {
    return this.#committed.get(key)
  }

  /** The job has changed it. `derived`: another table of this folder writes it down. */
  put(key: string, value: V, derived = false): void {
    this.#job.set(key, value)
    if (!derived) this.#dirtyOfJob.set(key, this.#dirtyOfJob.get(key) ?? false)
  }

  /** The job has made it, under a key that is new by chance alone: if it is not, the database will say so. */
  add(key: string, value: V): void {
    this.#job.set(key, value)
    this.#dirtyOfJob.set(key, true)
  }

  /** Made by this group, and the database does not have it yet: it has nothing that would belong to it either. */
  isNew(key: string): boolean {
    return this.#dirtyOfJob.get(key) === true || this.#dirtyOfGroup.get(key) === true
  }

  /** The job has read it in the database. */
  learn(key: string, value: V | null): void {
    // What was changed past us may still be taken back with its job.
    if (this.#bypassed) this.#job.set(key, value)
    else this.#committed.set(key, value)
  }

  /** Somebody outside of transactions has read it, when the epoch was this one. What is known already is newer. */
  offer(key: string, value: V | null, epoch: number): void {
    if (epoch !== this.epoch || this.#committed.has(key)) return
    this.#committed.set(key, value)
    if (this.#committed.size > this.#most) this.#evict()
  }

  /** The values that the database does not have yet, in the order in which they were first changed. From now on it has them. */
  takeDirty(whose: 'group' | 'job'): Dirty<V> {
    const dirty = whose === 'group' ? this.#dirtyOfGroup : this.#dirtyOfJob
    if (dirty.size === 0) return NOTHING
    const values = whose === 'group' ? this.#group : this.#job
    const taken: { added: V[]; changed: V[] } = { added: [], changed: [] }
    for (const [key, added] of dirty) {
      const value = values.get(key)
      if (value !== undefined && value !== null) taken[added ? 'added' : 'changed'].push(value)
    }
    dirty.clear()
    return taken
  }

  /** The job is over: what it changed is the group's, or never was. */
  endJob(kept: boolean): void {
    if (kept) {
      for (const [key, value] of this.#job) this.#group.set(key, value)
      for (const [key, added] of this.#dirtyOfJob) {
        this.#dirtyOfGroup.set(key, added || this.#dirtyOfGroup.get(key) === true)
      }
    }
    if (this.#job.size > 0) this.#job.clear()
    if (this.#dirtyOfJob.size > 0) this.#dirtyOfJob.clear()
  }

  /** The group is over: what it changed is committed, or nobody knows. */
  endGroup(committed: boolean): void {
    // A COMMIT that failed may have reached the file all the same: only the file knows.
    if (this.#bypassed || !committed) this.forget()
    else this.#commit()
    this.#bypassed = false
    if (this.#group.size > 0) this.#group.clear()
    this.#dirtyOfGroup.clear()
  }

  /** The group is about to change, or has changed, this table past us. Everything of it must have been written down before. */
  bypass(): void {
    this.#bypassed = true
    this.#group.clear()
    this.#job.clear()
    this.forget()
  }

  /** Somebody else may have changed it. */
  forget(): void {
    this.#committed.clear()
    this.epoch += 1
  }

  #commit(): void {
    for (const [key, value] of this.#group) {
      // What was used last goes last.
      this.#committed.delete(key)
      this.#committed.set(key, value)
    }
    if (this.#committed.size > this.#most) this.#evict()
  }

  #evict(): void {
    let surplus = this.#committed.size - (this.#most * 3) / 4
    for (const key of this.#committed.keys()) {
      if (surplus-- <= 0) break
      this.#committed.delete(key)
    }
    // A read that is under way may hold an older value of what is no longer known here.
    this.epoch += 1
  }
}
