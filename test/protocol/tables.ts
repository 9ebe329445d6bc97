// What PROTOCOL.md says in tables and lists, read out of it, and what the code says instead.
import { ERRORS, type ErrorCode } from '#shared/errors.js'

/** The rows of §8's table as the code wants them: status, and the codes after which to try again, restart, or do neither. */
export function errorRows(): string[][] {
  const codes = Object.keys(ERRORS) as ErrorCode[]
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))].sort((a, b) => a - b)
  const cell = (status: number, retry: string) =>
    codes
      .filter((code) => ERRORS[code].status === status && ERRORS[code].retry === retry)
      .map((code) => `\`${code}\``)
      .join(' ')
  return statuses.map((status) => [`${status}`, cell(status, 'again'), cell(status, 'restart'), cell(status, 'no')])
}

/** The text between the heading that begins so and the next heading of its rank. @throws Error when there is none */
export function section(markdown: string, heading: string): string {
  const rank = /^#+/.exec(heading)?.[0] ?? '#'
  const [, ...after] = `\n${markdown}`.split(`\n${heading}`)
  if (after.length !== 1) throw new Error(`There are ${after.length} headings "${heading}".`)
  return (after[0] ?? '').split(`\n${rank} `)[0] ?? ''
}

/** The rows of the tables in a text, without heads, as cells. */
export function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  const cells = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  return cells.filter((_, i) => !isRule(cells[i]) && !isRule(cells[i + 1]))
}

const isRule = (cells: readonly string[] | undefined): boolean => cells?.every((cell) => /^-+$/.test(cell)) ?? false

/** The words in backticks that are names as the wire writes them: small letters and underscores. */
export function names(text: string): string[] {
  return [...text.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, name = '']) => name)
}

/** The shapes of the ```text block: type → its fields, each with `?` where it may be missing and `|null` where it may be null. */
export function shapes(text: string): Map<string, string[]> {
  const block = /```text\n(.*?)```/s.exec(text)?.[1] ?? ''
  const types = block.replace(/\/\/.*/g, '').split(/^(?=\w+ = \{)/m)
  return new Map(
    types.map((type) => {
      const [, name = '', body = ''] = /^(\w+) = \{(.*)\}\s*$/s.exec(type) ?? []
      return [name, fields(body)]
    }),
  )
}

function fields(body: string): string[] {
  const flat = body.replace(/\{[^{}]*\}/g, 'object')
  return flat.split(';').map((field) => {
    const [name = '', kind = ''] = field.split(':').map((part) => part.trim())
    return kind.endsWith('| null') ? `${name}|null` : name
  })
}
