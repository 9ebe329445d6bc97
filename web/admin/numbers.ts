// The numbers of nodes as the page keeps them, and what its plots are drawn from. Pure.
import type { AdminNode, AdminNumbers, NumbersStep } from '#shared/admin.js'

/** An hour of five seconds. */
const MOST_STEPS = 720
const MINUTE_MS = 60_000
/** So many lines in one plot; what is rarer is one line together. */
const MOST_LINES = 6

export interface NodeNumbers {
  readonly node: AdminNode
  readonly everyMs: number
  readonly steps: readonly NumbersStep[]
}

/** With what a node has answered: its news behind what is known of it, the hour's beginning dropped. */
export function withNumbers(
  known: readonly NodeNumbers[],
  { node, everyMs, steps }: AdminNumbers,
): readonly NodeNumbers[] {
  const before = known.find((one) => one.node.id === node.id)?.steps ?? []
  const last = lastAt(before)
  const all = [...before, ...steps.filter(({ at }) => at > last)].slice(-MOST_STEPS)
  const updated = { node, everyMs, steps: all }
  return before.length > 0 || known.some((one) => one.node.id === node.id)
    ? known.map((one) => (one.node.id === node.id ? updated : one))
    : [...known, updated]
}

/** When the last of these steps ended; 0 without any. */
export function lastAt(steps: readonly NumbersStep[]): number {
  return steps[steps.length - 1]?.at ?? 0
}

export const PLOTS = ['waiting', 'logins', 'ended', 'refusals', 'wechat', 'push'] as const
export type PlotName = (typeof PLOTS)[number]

export interface Line {
  /** A word of what is counted; the texts may have a better one. */
  readonly word: string
  /** A value for each step; null where there is none. */
  readonly values: readonly (number | null)[]
}

export interface Plot {
  readonly name: PlotName
  /** Seconds since 1970, as the plot wants them. */
  readonly at: readonly number[]
  readonly lines: readonly Line[]
}

/** What is drawn: how many wait, what happened in the minute before each step, how long pages were not told. */
export function plotOf(name: PlotName, { steps, everyMs }: Pick<NodeNumbers, 'steps' | 'everyMs'>): Plot {
  return { name, at: steps.map(({ at }) => at / 1000), lines: linesOf(name, steps, Math.round(MINUTE_MS / everyMs)) }
}

function linesOf(name: PlotName, steps: readonly NumbersStep[], perMinute: number): Line[] {
  switch (name) {
    case 'waiting':
      return [{ word: 'waiting', values: steps.map(({ waiting }) => waiting) }]
    case 'push':
      return [
        { word: 'p50', values: steps.map(({ push }) => push?.p50Ms ?? null) },
        { word: 'p95', values: steps.map(({ push }) => push?.p95Ms ?? null) },
      ]
    default:
      return minutely(
        steps.map((step) => step[name]),
        perMinute,
      )
  }
}

/** A line a word, the most frequent first. */
function minutely(counts: readonly Readonly<Record<string, number>>[], perMinute: number): Line[] {
  const totals = new Map<string, number>()
  for (const step of counts) for (const [word, n] of Object.entries(step)) totals.set(word, (totals.get(word) ?? 0) + n)
  const words = [...totals].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([word]) => word)
  const shown = words.length > MOST_LINES ? words.slice(0, MOST_LINES - 1) : words
  const rest = words.slice(shown.length)
  const lines = shown.map((word) => ({ word, values: sums(counts, [word], perMinute) }))
  return rest.length === 0 ? lines : [...lines, { word: 'others', values: sums(counts, rest, perMinute) }]
}

function sums(counts: readonly Readonly<Record<string, number>>[], words: readonly string[], width: number): number[] {
  let sum = 0
  const of = (step: Readonly<Record<string, number>> | undefined) =>
    words.reduce((all, word) => all + (step?.[word] ?? 0), 0)
  return counts.map((step, index) => {
    sum += of(step) - (index >= width ? of(counts[index - width]) : 0)
    return sum
  })
}
