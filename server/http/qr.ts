// Codes as SVG: the matrix by `qrcode`, drawn by ourselves, because the library's own paths cost it seven times as long.
import { create, type QRCodeSegment } from 'qrcode'

/** Light modules around the code: the standard asks for four. */
const QUIET = 4

/**
 * An SVG of one `path`, one unit a module, black on white. Same text, same picture.
 * One byte segment and a fixed mask skip the library's costly search for the smallest and the prettiest code; every mask
 * decodes.
 */
export function qrSvg(text: string): string {
  const segment = { mode: 'byte', data: new TextEncoder().encode(text) } as unknown as QRCodeSegment
  const { modules } = create([segment], { errorCorrectionLevel: 'M', maskPattern: 2 })
  const size = modules.size + 2 * QUIET
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${runs(modules.data, modules.size)}"/></svg>`
  )
}

/** One stroke for every unbroken run of dark modules in a row. */
function runs(data: Uint8Array, size: number): string {
  let path = ''
  for (let row = 0; row < size; row++) {
    let start = -1
    for (let column = 0; column <= size; column++) {
      const dark = column < size && data[row * size + column] === 1
      if (dark && start < 0) start = column
      if (!dark && start >= 0) {
        path += `M${start + QUIET} ${row + QUIET}h${column - start}v1h-${column - start}z`
        start = -1
      }
    }
  }
  return path
}
