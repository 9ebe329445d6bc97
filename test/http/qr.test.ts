// Codes are read back from the very SVG that a page shows, by a reader that shares no code with the writer.
import { createHash } from 'node:crypto'
import jsQr from 'jsqr'
import { expect, test } from 'vitest'
import { qrSvg } from '#server/http/qr.js'

const SCALE = 3

/** A ticket address like ours, the same for the same number. */
function address(n: number): string {
  const bytes = createHash('sha512').update(`address ${n}`).digest()
  return `https://login${n}.example.com/t/${bytes.toString('base64url').slice(0, 24 + (n % 30))}`
}

/** Paints the SVG's strokes into pixels and hands them to the reader. */
function scan(svg: string): string | null {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1])
  const width = side * SCALE
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  let x = 0
  let y = 0
  for (const [, command, first, second] of strokes(svg).matchAll(/([Mmh])(\d+)(?: (\d+)(?:\.5)?)?/g)) {
    if (command === 'M') [x, y] = [Number(first), Number(second)]
    if (command === 'm') x += Number(first)
    if (command !== 'h') continue
    for (let row = y * SCALE; row < (y + 1) * SCALE; row++) {
      const from = (row * width + x * SCALE) * 4
      for (let at = from; at < from + Number(first) * SCALE * 4; at++) if (at % 4 !== 3) pixels[at] = 0
    }
    x += Number(first)
  }
  return jsQr(pixels, width, width)?.data ?? null
}

function strokes(svg: string): string {
  return /stroke="#000" d="([^"]*)"/.exec(svg)?.[1] ?? ''
}

test('a hundred ticket addresses of all lengths are read back exactly', () => {
  const addresses = Array.from({ length: 100 }, (_, n) => address(n))
  expect(addresses.map((text) => scan(qrSvg(text)))).toEqual(addresses)
})

test('text outside ASCII survives', () => {
  expect(scan(qrSvg('扫码登录 🦊'))).toBe('扫码登录 🦊')
})

test('four modules around the code stay white', () => {
  const svg = qrSvg(address(1))
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])
  const starts = [...strokes(svg).matchAll(/M(\d+) (\d+)\.5/g)]
  expect(Math.min(...starts.map((start) => Number(start[1])))).toBe(4)
  expect(starts.map((start) => Number(start[2]))).toEqual(Array.from({ length: side - 8 }, (_, row) => row + 4))
})

test('the picture is small, scales, is crisp, and holds nothing but two paths', () => {
  const svg = qrSvg(address(2))
  expect(svg.length).toBeLessThan(4_000)
  expect(svg).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="[\d ]+" shape-rendering="crispEdges"><path fill="#fff" d="[^"<>]+"\/><path stroke="#000" d="[Mmh\d .]+"\/><\/svg>$/,
  )
})

test('markup in the text is drawn, not written', () => {
  const text = '"/><script>alert(1)</script>'
  const svg = qrSvg(text)
  expect(svg).not.toContain('script')
  expect(scan(svg)).toBe(text)
})
