/** One key for two texts; neither of them holds a line's end. */
export function pair(one: string, other: string): string {
  return `${one}\n${other}`
}
