// Text to a QR code as SVG: sharp at every size, and drawn in a fraction of the library's own rendering time.
import { create } from 'qrcode'

/** Modules of white around the code: what the standard asks for, since the page behind it may be dark. */
const QUIET_ZONE = 4
// Trying all eight masks is most of the cost of a code and gains nothing a camera notices; any one of them is valid.
const MASK = 4

/** An SVG element without size of its own (`viewBox` only), black on white, error correction M. @throws Error beyond 2331 bytes */
export function qrSvg(text: string): string {
  // One byte segment, because the library's search for a shorter mix of modes finds nothing in a URL.
  const { modules } = create([{ mode: 'byte', data: Buffer.from(text) }], {
    errorCorrectionLevel: 'M',
    maskPattern: MASK,
  })
  const side = modules.size + 2 * QUIET_ZONE
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}H0z"/><path stroke="#000" d="${darkRuns(modules)}"/></svg>`
  )
}

/** Each row's dark runs as horizontal strokes one module wide, through the middle of the row. */
function darkRuns({ size, data }: { size: number; data: Uint8Array }): string {
  let path = ''
  for (let row = 0; row < size; row++) {
    let pen: number | null = null
    for (let column = 0; column < size; column++) {
      if (!data[row * size + column]) continue
      const start = column
      while (column + 1 < size && data[row * size + column + 1]) column++
      path += pen === null ? `M${start + QUIET_ZONE} ${row + QUIET_ZONE}.5` : `m${start - pen} 0`
      pen = column + 1
      path += `h${pen - start}`
    }
  }
  return path
}
