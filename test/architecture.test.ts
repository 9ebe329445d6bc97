// The rules that hold the layout together, checked on the source itself; and each rule on sources made up to break it.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

interface Source {
  readonly path: string
  readonly text: string
}
/** `path:line what is wrong`, one for each breach. */
type Rule = (sources: readonly Source[]) => string[]

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TOP_LEVEL = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts', 'biome.json', '.gitignore', '.npmrc'],
  ...['README.md', 'README.zh.md', 'CHANGELOG.md', 'DECISIONS.md', '.env.example', '.env', '.ci', '.git'],
  ...['server', 'web', 'shared', 'test', 'dist', 'data', 'node_modules'],
]

/** Where a file belongs (the first that fits), and what else it may import from us. An edge sees no other edge. */
const ZONES: readonly (readonly [zone: string, imports: readonly string[]])[] = [
  ['shared/', []],
  ['server/core/', ['shared/']],
  ...['wechat', 'db', 'push', 'http'].map((edge) => [`server/${edge}/`, ['server/core/', 'shared/']] as const),
  ['server/simulator/pages/', ['server/simulator/page-data']],
  ['server/simulator/', []],
  ['web/', ['shared/']],
  ['server/', ['server/', 'shared/']],
]
const CORE_PACKAGES = ['node:crypto', 'zod', 'zod/mini']

const zoneOf = (path: string) => ZONES.find(([zone]) => path.startsWith(zone))

/** What a file imports: a path of ours, or a package's name. */
function imported(from: string, specifier: string): { path: string } | { package: string } {
  if (specifier.startsWith('#')) return { path: specifier.slice(1) }
  if (specifier.startsWith('.')) return { path: posix.join(posix.dirname(from), specifier) }
  return { package: specifier }
}

const dependencies: Rule = (sources) =>
  sources.flatMap((source) => {
    const [zone, allowed] = zoneOf(source.path) ?? []
    if (zone === undefined || allowed === undefined) return []
    return matches(source, /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g).flatMap(({ at, found }) => {
      const target = imported(source.path, found)
      if ('package' in target) {
        const foreign = zone === 'server/core/' && !CORE_PACKAGES.includes(found)
        return foreign ? [`${at} core imports ${found}`] : []
      }
      const stranger = zone === 'server/' && target.path.startsWith('server/simulator/')
      const fine = [zone, ...allowed].some((start) => target.path.startsWith(start)) && !stranger
      return fine ? [] : [`${at} ${zone} imports ${target.path}`]
    })
  })

const short: Rule = (sources) =>
  sources
    .filter(({ text }) => text.trimEnd().split('\n').length > 300)
    .map(({ path }) => `${path}:301 is longer than 300 lines`)

/** No match of `pattern` in the code of files under `where`. */
function without(what: string, pattern: RegExp, where: RegExp, read = code): Rule {
  return (sources) =>
    sources
      .filter(({ path }) => where.test(path))
      .flatMap((source) => matches(read(source), pattern).map(({ at }) => `${at} ${what}`))
}

const oneTransactionFile: Rule = (sources) => {
  const files = sources.filter(
    (source) => source.path.startsWith('server/') && /\.transaction\(/.test(code(source).text),
  )
  return files.length > 1 ? files.map(({ path }) => `${path}:1 is one of several with .transaction(`) : []
}

const raw = (source: Source) => source
/** The source with its comments blanked, line by line where it was. */
function code({ path, text }: Source): Source {
  const blank = (comment: string) => comment.replaceAll(/[^\n]/g, ' ')
  return { path, text: text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, blank) }
}

function matches({ path, text }: Source, pattern: RegExp): { at: string; found: string }[] {
  return [...text.matchAll(pattern)].map((match) => ({
    at: `${path}:${text.slice(0, match.index).split('\n').length}`,
    found: match[1] ?? match[0],
  }))
}

const RULES: Readonly<Record<string, Rule>> = {
  'edges never import each other, and the core imports nothing of theirs': dependencies,
  'no file is longer than 300 lines': short,
  'only the three programs read process.env': without(
    'reads process.env',
    /process\.env\b/g,
    /^(?!server\/((simulator\/)?main|operator)\.ts)(server|web|shared)\//,
  ),
  'the core has no clock, timer or chance of its own': without(
    'uses a clock, a timer or chance',
    /\bDate\.now\b|\bset(Timeout|Interval|Immediate)\b|\bMath\.random\b|\brandom(Bytes|UUID|Int)\b|\bnew Date\(\)/g,
    /^server\/core\//,
  ),
  // As a number it may be passed to what spreads waits; where bytes are wanted its type does not fit.
  'the server asks chance that can be foreseen for nothing': without(
    'makes something of Math.random',
    /\bMath\.random\s*\(/g,
    /^server\/(?!simulator\/)/,
  ),
  'transactions begin in one file': oneTransactionFile,
  'no markup is set from text': without('sets markup from text', /innerHTML/gi, /./),
  'no type is any': without(
    'has a type any',
    /:\s*any\b(?=\s*[,;)=\]|&>{[\n]|$)|\bas any\b(?!\s+(?!as\b)\w)|<any\b/gm,
    /./,
  ),
  'no module is mocked': without('mocks a module', /\bvi\.(do)?mock\b/gi, /./),
  'no test is singled out, and nothing is left for later': without(
    'is left behind',
    /\.only\(|\b(TODO|FIXME)\b/g,
    /./,
    raw,
  ),
  'the compiler is not told to look away': without('silences the compiler', /@ts-(ignore|nocheck)\b/g, /./, raw),
}

/** The sources and styles, but for this file, which must name what it forbids. */
function ourSources(): Source[] {
  return ['server', 'web', 'shared', 'test']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((path) => /\.(ts|tsx|mjs|css)$/.test(path) && path !== 'test/architecture.test.ts')
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

describe('in this repository', () => {
  const sources = ourSources()

  test('there are sources in every zone', () => {
    const zones = new Set(sources.map(({ path }) => zoneOf(path)?.[0]))
    expect(ZONES.filter(([zone]) => !zones.has(zone))).toEqual([])
  })

  test.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(rule(sources)).toEqual([])
  })

  test('nothing else lies at the top', () => {
    expect(readdirSync(ROOT).filter((name) => !TOP_LEVEL.includes(name))).toEqual([])
  })
})

describe('a breach is found and located:', () => {
  const breaches: [rule: string, path: string, text: string, found: string][] = []
  const imports = 'edges never import each other, and the core imports nothing of theirs'
  for (const [path, specifier] of [
    ['shared/a.ts', '#server/core/a.js'],
    ['server/core/a.ts', 'koa'],
    ['server/core/a.ts', '#server/db/store.js'],
    ['server/core/deep/a.ts', '../../http/qr.js'],
    ['server/http/a.ts', '#server/db/store.js'],
    ['server/push/a.ts', '../wechat/urls.js'],
    ['server/db/a.ts', '../config.js'],
    ['server/simulator/a.ts', '#shared/ticket.js'],
    ['server/simulator/a.ts', '../core/ports.js'],
    ['server/simulator/pages/a.tsx', '../state/ids.js'],
    ['server/main.ts', './simulator/simulator.js'],
    ['web/a.tsx', '../server/core/ports.js'],
  ] as const) {
    breaches.push([imports, path, `\nimport { a } from '${specifier}'`, `${path}:2`])
    breaches.push([imports, path, `\n\nawait import(\n'${specifier}')`, `${path}:3`])
  }
  breaches.push(
    ['no file is longer than 300 lines', 'web/a.ts', 'a\n'.repeat(301), 'web/a.ts:301'],
    ['only the three programs read process.env', 'server/app.ts', '\nprocess.env.PORT', 'server/app.ts:2'],
    ['the core has no clock, timer or chance of its own', 'server/core/a.ts', '\nDate.now()', 'server/core/a.ts:2'],
    ['the core has no clock, timer or chance of its own', 'server/core/a.ts', 'setTimeout(f, 1)', 'server/core/a.ts:1'],
    ['the core has no clock, timer or chance of its own', 'server/core/a.ts', 'randomBytes(8)', 'server/core/a.ts:1'],
    ['the server asks chance that can be foreseen for nothing', 'server/a.ts', '\nMath.random()', 'server/a.ts:2'],
    ['no markup is set from text', 'web/a.tsx', '/* b\n */ a.innerHTML = b', 'web/a.tsx:2'],
    ['no markup is set from text', 'web/a.tsx', 'dangerouslySetInnerHTML={b}', 'web/a.tsx:1'],
    ['no type is any', 'test/a.ts', 'const a: any = 1', 'test/a.ts:1'],
    ['no type is any', 'test/a.ts', '\nconst a = b as any', 'test/a.ts:2'],
    ['no type is any', 'test/a.ts', 'const a = b as any as C', 'test/a.ts:1'],
    ['no type is any', 'test/a.ts', 'const a: Map<any, 1>', 'test/a.ts:1'],
    ['no module is mocked', 'test/a.ts', "vi.mock('a')", 'test/a.ts:1'],
    ['no test is singled out, and nothing is left for later', 'test/a.ts', '\ntest.only(', 'test/a.ts:2'],
    ['no test is singled out, and nothing is left for later', 'web/a.ts', '// TODO', 'web/a.ts:1'],
    ['the compiler is not told to look away', 'web/a.ts', '\n// @ts-ignore', 'web/a.ts:2'],
  )
  test.each(breaches)('%s (%s)', (rule, path, text, found) => {
    expect(RULES[rule]?.([{ path, text }]).map((breach) => breach.split(' ')[0])).toEqual([found])
  })

  test('transactions begin in one file (two)', () => {
    const begin = (path: string): Source => ({ path, text: 'await db.transaction(work)' })
    const rule = RULES['transactions begin in one file']
    expect(rule?.([begin('server/db/a.ts')])).toEqual([])
    expect(rule?.([begin('server/db/a.ts'), begin('server/db/b.ts')])).toHaveLength(2)
  })

  test('comments and honest imports are none', () => {
    const honest: Source[] = [
      { path: 'server/core/a.ts', text: "// Date.now() is passed in: any\nimport { z } from 'zod'\nimport './b.js'" },
      { path: 'server/http/a.ts', text: "import type { Clock } from '#server/core/ports.js'\nimport Koa from 'koa'" },
      { path: 'server/simulator/pages/a.tsx', text: "import type { PageData } from '../page-data.js'" },
      { path: 'server/main.ts', text: "import './http/qr.js'\nstart(process.env)" },
    ]
    expect(Object.values(RULES).flatMap((rule) => rule(honest))).toEqual([])
  })
})
