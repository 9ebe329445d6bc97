// Answers for people: a line a field, times as dates, lists one below the other.

/** `…At` numbers become dates; nothing becomes "-". */
export function asText(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? `${indent}(none)` : value.map((one) => `${asText(one, `${indent}  `)}`).join('\n\n')
  }
  if (typeof value !== 'object' || value === null) return `${indent}${shown('', value)}`
  return Object.entries(value)
    .map(([name, inner]) =>
      typeof inner === 'object' && inner !== null
        ? `${indent}${name}:\n${asText(inner, `${indent}  `)}`
        : `${indent}${name}: ${shown(name, inner)}`,
    )
    .join('\n')
}

function shown(name: string, value: unknown): string {
  if (value === null || value === '') return '-'
  if (typeof value === 'number' && /At$/.test(name)) return new Date(value).toISOString()
  // What people call themselves must not move the terminal's cursor.
  return String(value).replace(/[\p{Cc}\p{Cf}]/gu, '')
}

/** The list of verbs. */
export function helpText(verbs: Readonly<Record<string, { readonly takes: string; readonly does: string }>>): string {
  const lines = Object.entries(verbs).map(([name, { takes, does }]) => `  ${name} ${takes}\n      ${does}`)
  return [
    'npm run operator -- VERB …          acts on the database of DATABASE_URL, beside a running service',
    '',
    ...lines,
    '',
    '  --yes    do not ask before changing anything',
    '  --json   answer as JSON; to pipe it, write `npm run --silent operator -- … --json`',
  ].join('\n')
}
