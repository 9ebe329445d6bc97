import { randomBytes } from 'node:crypto'
import jsQR from 'jsqr'
import { describe, expect, it } from 'vitest'
import { qrSvg } from '#server/http/qr.js'

/** Draws the picture's dark runs on a white raster, `scale` pixels a module, as a browser would. */
function raster(svg: string, scale = 4) {
  const size = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1])
  const dark = /<path d="([^"]+)"/.exec(svg)?.[1] ?? ''
  const side = size * scale
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  for (const [, x, y, width] of dark.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(width)) * scale; column++) {
        pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3)
      }
    }
  }
  return { pixels, side }
}

const read = (svg: string) => {
  const { pixels, side } = raster(svg)
  return jsQR(pixels, side, side)?.data
}

describe('a code as SVG', () => {
  it('is read back by a decoder, for a hundred random tickets', () => {
    for (let round = 0; round < 100; round++) {
      const link = `https://login.example.com/t/tkt_${randomBytes(45).toString('base64url')}`
      expect(read(qrSvg(link))).toBe(link)
    }
  })

  it('carries text beyond ASCII', () => {
    expect(read(qrSvg('https://例子.example/扫码?名=🙂'))).toBe('https://例子.example/扫码?名=🙂')
  })

  it('is small, has no size of its own, and is surrounded by four light modules', () => {
    const svg = qrSvg('http://localhost:3000/t/tkt_x')
    expect(svg.length).toBeLessThan(8_000)
    expect(svg).not.toMatch(/<svg[^>]* width=/)
    expect(Math.min(...[...svg.matchAll(/M(\d+) (\d+)h\d+v1/g)].map(([, x]) => Number(x)))).toBe(4)
  })
})
