// How a remaining time is said.

/** `1:07` from milliseconds; never below `0:00`. Rounded up, so that it reaches zero at the end and not before. */
export function clockText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
