// Finds a QR code's text in pictures. The decoder is large and is fetched when it is first needed.

type Picture = ImageBitmap | HTMLVideoElement
type Inversion = 'dontInvert' | 'attemptBoth'

// A code that is hard to see at one size is often plain at another.
const IMAGE_SIDES = [900, 1800, 450]
const VIDEO_SIDE = 640

/** The text of the code in an image file; null if there is none, or if it is no image. */
export async function decodeImage(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file).catch(() => null)
  if (picture === null) return null
  try {
    for (const side of IMAGE_SIDES) {
      const text = await decode(picture, picture.width, picture.height, side, 'attemptBoth')
      if (text !== null) return text
    }
    return null
  } finally {
    picture.close()
  }
}

/** The text of the code that a playing video shows now, or null. */
export async function decodeFrame(video: HTMLVideoElement): Promise<string | null> {
  return decode(video, video.videoWidth, video.videoHeight, VIDEO_SIDE, 'dontInvert')
}

async function decode(picture: Picture, width: number, height: number, side: number, inversion: Inversion) {
  const scale = Math.min(1, side / Math.max(width, height))
  const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)]
  if (columns < 1 || rows < 1) return null
  const canvas = new OffscreenCanvas(columns, rows)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return null
  // Behind a transparent picture there is paper, not ink.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, columns, rows)
  context.drawImage(picture, 0, 0, columns, rows)
  const { default: jsQR } = await import('jsqr')
  const { data } = context.getImageData(0, 0, columns, rows)
  const text = jsQR(data, columns, rows, { inversionAttempts: inversion })?.data
  return text === undefined || text === '' ? null : text
}
