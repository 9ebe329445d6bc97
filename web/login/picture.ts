// A code as a picture for a phone's album: the squares with their quiet zone, and below them whose code it is.

export interface Drawing {
  /** Modules on each side, the quiet zone among them. */
  readonly side: number
  readonly paths: readonly { readonly paint: 'fill' | 'stroke'; readonly colour: string; readonly d: string }[]
}

/** The squares of one of the server's codes; null when `svg` is of another make. */
export function readDrawing(svg: string): Drawing | null {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1] ?? 0)
  const paths = [...svg.matchAll(/<path (fill|stroke)="(#[0-9a-f]{3,6})" d="([\w .-]+)"\/>/g)].map(
    ([, paint, colour = '', d = '']) => ({
      paint: paint === 'fill' ? ('fill' as const) : ('stroke' as const),
      colour,
      d,
    }),
  )
  return side > 0 && paths.length > 0 ? { side, paths } : null
}

export interface Words {
  readonly name: string
  readonly caption: string
}

/** The code's own width, about; each module is a whole number of pixels, so that its edges stay sharp. */
const CODE_PX = 600
const WORDS_PX = 124
const FONT = 'system-ui, -apple-system, "PingFang SC", "Noto Sans SC", sans-serif'

/** The picture as a `data:` address of a PNG; null where it cannot be drawn. */
export function drawPicture(svg: string, { name, caption }: Words): string | null {
  const drawing = readDrawing(svg)
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  if (!drawing || !pen) return null
  const scale = Math.max(1, Math.round(CODE_PX / drawing.side))
  const width = drawing.side * scale
  canvas.width = width
  canvas.height = width + WORDS_PX
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)

  pen.save()
  pen.scale(scale, scale)
  for (const { paint, colour, d } of drawing.paths) {
    pen[paint === 'fill' ? 'fillStyle' : 'strokeStyle'] = colour
    pen[paint](new Path2D(d))
  }
  pen.restore()

  pen.textAlign = 'center'
  pen.fillStyle = '#14201a'
  pen.font = `600 38px ${FONT}`
  pen.fillText(shortened(pen, name, width - 80), width / 2, width + 30)
  pen.fillStyle = '#5a6961'
  pen.font = `28px ${FONT}`
  pen.fillText(shortened(pen, caption, width - 80), width / 2, width + 82)
  return canvas.toDataURL('image/png')
}

/** As much of `text` as fits into `width`, by whole characters. */
function shortened(pen: CanvasRenderingContext2D, text: string, width: number): string {
  const characters = [...text]
  const fits = (part: string): boolean => pen.measureText(part).width <= width
  if (fits(text)) return text
  while (characters.length > 0 && !fits(`${characters.join('')}…`)) characters.pop()
  return `${characters.join('')}…`
}
