// What a long test has measured, for whoever runs it.

/** Prints figures, and of `times` (milliseconds) the middle, the ninety-ninth percentile and the most. */
export function told(what: string, figures: Readonly<Record<string, unknown>>, times: readonly number[] = []): void {
  const ms =
    times.length === 0 ? {} : { p50: percentile(times, 50), p99: percentile(times, 99), max: percentile(times, 100) }
  process.stdout.write(`${what}: ${JSON.stringify({ ...figures, ...ms })}\n`)
}

/** The value that `percent` of `values` do not exceed, rounded. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN)
}
