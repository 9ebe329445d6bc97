// Reads one variable after another and gathers what is wrong with them. No sentence ever repeats a value: any of them may
// turn out to be a secret in the wrong place, and the start log is the last place where it should stand.
import { FROM_FILE, type Variable } from './variables.js'

/** Thrown by a parser: what is wrong and what to write instead, one sentence a problem, to be read after the name. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly sentences: readonly string[]

  constructor(...sentences: string[]) {
    super(sentences.join('; '))
    this.sentences = sentences
  }
}

export interface Source {
  /** The parsed value, or `fallback` when the variable is absent, empty or refused. */
  read<T, F = T>(name: Variable, parse: (text: string) => T, fallback: F): T | F
  /** True when the variable has a value, good or bad. */
  given(name: Variable): boolean
  /** True when a problem with it was found: nothing should be concluded from its fallback. */
  refused(name: Variable): boolean
  /** Notes a problem. */
  refuse(name: Variable, sentence: string): void
  /** All problems so far, one line each. */
  problems(): readonly string[]
}

/** The text of a file. */
export type ReadFile = (path: string) => string

/** @param env variables by name; an empty one counts as absent */
export function createSource(env: Record<string, string | undefined>, readFile: ReadFile): Source {
  const problems: string[] = []
  const refusedNames = new Set<Variable>()
  const present = (name: string): string | undefined => env[name]?.trim() || undefined

  const refuse = (name: Variable, sentence: string, writtenAs: string = name): void => {
    refusedNames.add(name)
    problems.push(`${writtenAs} ${sentence}`)
  }
  const given = (name: Variable) =>
    present(name) !== undefined || (FROM_FILE.includes(name) && present(`${name}_FILE`) !== undefined)

  const textOf = (name: Variable): string | undefined => {
    const direct = present(name)
    const file = FROM_FILE.includes(name) ? present(`${name}_FILE`) : undefined
    if (file === undefined) return direct
    if (direct !== undefined) {
      refuse(name, `and ${name}_FILE are both set: keep one of them`)
      return undefined
    }
    try {
      const text = readFile(file).trim()
      if (text !== '') return text
      refuse(name, `names an empty file: write the value of ${name} into it`, `${name}_FILE`)
    } catch (error) {
      refuse(name, `names a file that cannot be read${reasonOf(error)}: write a readable file's path`, `${name}_FILE`)
    }
    return undefined
  }

  return {
    read(name, parse, fallback) {
      const text = textOf(name)
      if (text === undefined) return fallback
      try {
        return parse(text)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        for (const sentence of error.sentences) refuse(name, sentence)
        return fallback
      }
    },
    given,
    refused: (name) => refusedNames.has(name),
    refuse: (name, sentence) => refuse(name, sentence),
    problems: () => problems,
  }
}

/** ` (ENOENT)` and the like; the rest of a file error's message would repeat the path. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}
