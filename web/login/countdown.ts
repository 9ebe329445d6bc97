// How much time a code has left, and how that is said.
import type { Shown } from './state.js'

/** Milliseconds left at `now`, from 0 to as long as there ever was: a `now` from before the code came counts as then. */
export function timeLeft({ deadline, span }: Pick<Shown, 'deadline' | 'span'>, now: number): number {
  return Math.min(span, Math.max(0, deadline - now))
}

/** `1:07` from milliseconds; never below `0:00`. Rounded up, so that it reaches zero at the end and not before. */
export function clockText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
