// Reads the examples out of PROTOCOL.md. Every fenced block marked `http` is one, and everything in it must be
// understood: an example that cannot be played is an error, never a comment.
import { STATUS_CODES } from 'node:http'

export interface Header {
  readonly name: string
  readonly value: string
}

export interface Call {
  readonly kind: 'call'
  readonly method: string
  readonly address: string
  readonly headers: readonly Header[]
  /** JSON with placeholders; null when the request has no body. */
  readonly body: string | null
  readonly answer: Answer
}

export interface Answer {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: string | null
}

/** One thing that happens, in the order in which the text tells it. */
export type Step = { readonly line: number } & (
  | Call
  | { readonly kind: 'open'; readonly address: string; readonly headers: readonly Header[] }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'receive'; readonly text: string }
  | { readonly kind: 'leave' }
  | { readonly kind: 'closed'; readonly code: number }
  | { readonly kind: 'aside'; readonly text: string }
)

export interface Example {
  /** The heading it stands under. */
  readonly title: string
  readonly steps: readonly Step[]
}

interface Line {
  readonly number: number
  readonly text: string
}

/** The examples of a document: all blocks under one heading are one story. @throws Error naming the line it cannot read */
export function readExamples(markdown: string): Example[] {
  const stories = new Map<string, Step[]>()
  let title = ''
  let block: { readonly language: string; readonly lines: Line[] } | null = null
  for (const [index, text] of markdown.split('\n').entries()) {
    const number = index + 1
    const fence = /^```(\w*)$/.exec(text)
    if (block && fence) {
      if (block.language === 'http') stories.set(title, [...(stories.get(title) ?? []), ...readSteps(block.lines)])
      block = null
    } else if (block) block.lines.push({ number, text })
    else if (fence) block = { language: fence[1] ?? '', lines: [] }
    else if (text.startsWith('#')) title = text.replace(/^#+ /, '')
  }
  if (block) throw new Error('The last block is not closed.')
  return [...stories].map(([title, steps]) => ({ title, steps }))
}

/** A first line and what belongs to it: headers, then JSON from the first `{` on. */
interface Part {
  readonly first: Line
  readonly headers: readonly Header[]
  readonly body: string | null
}

function readSteps(lines: Line[]): Step[] {
  const steps: Step[] = []
  let asked: Part | null = null
  for (const part of parts(lines)) {
    const isRequest = /^[A-Z]+ \//.test(part.first.text)
    const isAnswer = /^\d{3} /.test(part.first.text)
    if (isAnswer !== (asked !== null)) throw unreadable(part.first)
    if (isRequest) asked = part
    else if (asked && isAnswer) {
      steps.push(readCall(asked, part))
      asked = null
    } else steps.push(readOther(part))
  }
  if (asked) throw new Error(`Line ${asked.first.number}: this request has no answer.`)
  return steps
}

/** Divided by blank lines, and before every line that begins something. Two spaces are as good as a line's end. */
function parts(lines: Line[]): Part[] {
  const groups: Line[][] = [[]]
  for (const line of lines) {
    if (line.text === '') groups.push([])
    else if (/^([A-Z]+ \/|\d{3} |[→←…] )/.test(line.text)) groups.push(unfold(line))
    else groups.at(-1)?.push(line)
  }
  return groups.flatMap(([first, ...rest]) => {
    if (!first) return []
    const at = rest.findIndex(({ text }) => text.startsWith('{'))
    const headers = (at === -1 ? rest : rest.slice(0, at)).map(readHeader)
    return [{ first, headers, body: at === -1 ? null : textOf(rest.slice(at)) }]
  })
}

function unfold({ number, text }: Line): Line[] {
  const mark = /^[→←] (?=\{)/.exec(text)?.[0] ?? ''
  const rest = text.slice(mark.length).split(/ {2,}/)
  return (mark === '' ? rest : [mark.trim(), ...rest]).map((part) => ({ number, text: part }))
}

function readCall(asked: Part, { first, headers, body }: Part): Step {
  const [, method = '', address] = /^(GET|POST|DELETE) (\/\S*)$/.exec(asked.first.text) ?? []
  const [, status, reason] = /^(\d{3}) (.+)$/.exec(first.text) ?? []
  if (address === undefined) throw unreadable(asked.first)
  if (STATUS_CODES[Number(status)] !== reason) throw unreadable(first)
  const answer = { status: Number(status), headers, body }
  return { kind: 'call', line: asked.first.number, method, address, headers: asked.headers, body: asked.body, answer }
}

/** What is no call: `→` is said on the socket by the page, `←` by the server; `…` happens elsewhere. */
function readOther({ first, headers, body }: Part): Step {
  const { number: line, text } = first
  const code = Number(/^← (?:close|refused) (\d+)$/.exec(text)?.[1])
  if (text.startsWith('→ open ') && body === null) return { kind: 'open', line, address: text.slice(7), headers }
  if (headers.length > 0) throw unreadable(first)
  if (body !== null && text === '→') return { kind: 'send', line, text: body }
  if (body !== null && text === '←') return { kind: 'receive', line, text: body }
  if (body !== null) throw unreadable(first)
  if (text === '→ close') return { kind: 'leave', line }
  if (code && text.startsWith('← close')) return { kind: 'closed', line, code }
  if (code) return { kind: 'refused', line, status: code }
  if (text.startsWith('… ')) return { kind: 'aside', line, text: text.slice(2) }
  throw unreadable(first)
}

function readHeader(line: Line): Header {
  const [, name, value] = /^\s*([A-Za-z-]+): (.+)$/.exec(line.text) ?? []
  if (name === undefined || value === undefined) throw unreadable(line)
  return { name: name.toLowerCase(), value }
}

const textOf = (lines: readonly Line[]): string => lines.map(({ text }) => text).join('\n')

const unreadable = ({ number, text }: Line): Error =>
  new Error(`Line ${number} is not in the form of an example: ${text}`)
