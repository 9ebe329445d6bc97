// Reads a code back from the SVG that a page shows, by a reader that shares no code with the writer.
import jsQr from 'jsqr'

const SCALE = 3

/** Paints the SVG's strokes into pixels and hands them to the reader. @returns {string | null} */
export function scanCode(svg) {
  const width = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]) * SCALE
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  const strokes = /stroke="#000" d="([^"]*)"/.exec(svg)?.[1] ?? ''
  let [x, y] = [0, 0]
  for (const [, command, first, second] of strokes.matchAll(/([Mmh])(\d+)(?: (\d+)(?:\.5)?)?/g)) {
    if (command === 'M') [x, y] = [Number(first), Number(second)]
    if (command === 'm') x += Number(first)
    if (command !== 'h') continue
    for (let row = y * SCALE; row < (y + 1) * SCALE; row++) {
      const from = (row * width + x * SCALE) * 4
      for (let at = from; at < from + Number(first) * SCALE * 4; at++) if (at % 4 !== 3) pixels[at] = 0
    }
    x += Number(first)
  }
  return (jsQr.default ?? jsQr)(pixels, width, width)?.data ?? null
}
