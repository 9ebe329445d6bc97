// Pictures of the simulated people. WeChat's are photographs in a raster format, never drawings that could hold a script.
import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'

const SIDE = 132
const CELLS = 5
const CELL = 22
const MARGIN = (SIDE - CELLS * CELL) / 2
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** A symmetrical pattern in two colours that follows from the seed, as a PNG of 132 by 132. */
export function avatarPng(seed: string): Buffer {
  const hash = createHash('sha256').update(seed).digest()
  const hue = hash.readUInt16BE() % 360
  const palette = Buffer.from([...rgb(hue, 0.45, 0.88), ...rgb(hue, 0.5, 0.42)])
  const header = Buffer.alloc(13)
  header.writeUInt32BE(SIDE, 0)
  header.writeUInt32BE(SIDE, 4)
  // Eight bits a pixel, each an index into the palette.
  header.set([8, 3, 0, 0, 0], 8)
  const rows = Array.from({ length: SIDE }, (_, y) => {
    const pixels = Array.from({ length: SIDE }, (_, x) => (isInked(hash, x - MARGIN, y - MARGIN) ? 1 : 0))
    // Each row begins with its filter: none.
    return [0, ...pixels]
  })
  const chunks = [
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([SIGNATURE, ...chunks])
}

/** Three columns follow from the hash, the other two mirror them. */
function isInked(hash: Buffer, x: number, y: number): boolean {
  const [column, row] = [Math.floor(x / CELL), Math.floor(y / CELL)]
  if (column < 0 || row < 0 || column >= CELLS || row >= CELLS) return false
  const mirrored = Math.min(column, CELLS - 1 - column)
  return ((hash[2 + mirrored * CELLS + row] ?? 0) & 1) === 1
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8 + body.length)
  frame.writeUInt32BE(data.length, 0)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc32(body), 4 + body.length)
  return frame
}

/** Hue in degrees, saturation and lightness from 0 to 1. */
function rgb(hue: number, saturation: number, lightness: number): number[] {
  const reach = saturation * Math.min(lightness, 1 - lightness)
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  })
}
