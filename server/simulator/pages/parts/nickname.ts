// Nicknames are whatever somebody has typed: HTML, control characters, one emoji, or nothing that can be seen.

const UNSEEN = /[\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/gu

/** Whether a reader would see anything of this text. */
export function isVisible(text: string): boolean {
  return text.replace(UNSEEN, '') !== ''
}

/** One grapheme to stand for a person or an app that has no picture; `?` if nothing of the text is visible. */
export function initial(text: string): string {
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    if (isVisible(segment)) return trimmed(segment).toLocaleUpperCase()
  }
  return '?'
}

// A letter under a heap of combining marks would leave its tile.
function trimmed(grapheme: string): string {
  const marks = grapheme.match(/\p{M}/gu) ?? []
  return marks.length > 4 ? grapheme.replace(/\p{M}/gu, '') : grapheme
}

/** A stable number in [0, count) for a text, to give it a colour. */
export function hueOf(text: string, count: number): number {
  let sum = 0
  for (const char of text) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 65_521
  return sum % count
}
