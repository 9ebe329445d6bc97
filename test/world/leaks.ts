// Looks for secrets in whatever came out of the service, in every form in which one could be used again.

/** The ways in which a secret may be written down. Those of fewer than 8 characters would be found by chance. */
export function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret)
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), ...encoded(bytes)]
  // A text that is itself an encoding: also the bytes that it stands for, however they are written.
  for (const encoding of ['hex', 'base64url', 'base64'] as const) {
    const inner = Buffer.from(secret, encoding)
    const isWhole = inner.length >= 15 && inner.toString(encoding).replace(/=+$/, '') === secret.replace(/=+$/, '')
    if (isWhole) forms.push(inner.toString('latin1'), ...encoded(inner))
  }
  return [...new Set(forms)].filter((form) => form.length >= 8).map((form) => Buffer.from(form, 'latin1'))
}

function encoded(bytes: Buffer): string[] {
  const hex = bytes.toString('hex')
  const base64 = [0, 1, 2].flatMap((offset) => {
    // In the middle of a longer text only the characters that depend on the secret alone are the same.
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const inner = whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
  return [hex, hex.toUpperCase(), ...base64]
}

/** The names of those secrets that can be found in `where`, in any form. */
export function leaksIn(where: Buffer | string, secrets: ReadonlyMap<string, string>): string[] {
  const text = typeof where === 'string' ? Buffer.from(where) : where
  return [...secrets].filter(([, secret]) => formsOf(secret).some((form) => text.includes(form))).map(([name]) => name)
}
