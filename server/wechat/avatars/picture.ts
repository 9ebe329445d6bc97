// What counts as a picture: its first bytes say so, whatever the answer's header claims.

export interface Picture {
  /** The media type that the bytes are of. */
  readonly type: 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp'
  readonly body: Buffer
}

/** The picture that these bytes are; null when they are none. SVG is none: it is a document that can hold scripts. */
export function pictureOf(body: Buffer): Picture | null {
  const begins = (text: string, at = 0) => body.subarray(at, at + text.length).equals(Buffer.from(text, 'latin1'))
  if (begins('\xff\xd8\xff')) return { type: 'image/jpeg', body }
  if (begins('\x89PNG\r\n\x1a\n')) return { type: 'image/png', body }
  if (begins('GIF87a') || begins('GIF89a')) return { type: 'image/gif', body }
  if (begins('RIFF') && begins('WEBP', 8)) return { type: 'image/webp', body }
  return null
}
