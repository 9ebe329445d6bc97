// Bringing the code's picture to where WeChat's Scan can find it: the phone's album.
import { saveFile } from '../parts/save-file.js'

/**
 * Saves a PNG given as a `data:` address. An iPhone's downloads do not reach its album, its share sheet does.
 * @returns false when the visitor closed that sheet
 */
export async function savePicture(address: string, name: string): Promise<boolean> {
  const bytes = Uint8Array.from(atob(address.split(',')[1] ?? ''), (char) => char.charCodeAt(0))
  const file = new File([bytes], name, { type: 'image/png' })
  if (!/iPhone|iPod/.test(navigator.userAgent) || !navigator.canShare?.({ files: [file] })) {
    saveFile(file)
    return true
  }
  try {
    await navigator.share({ files: [file] })
    return true
  } catch {
    return false
  }
}
