// npm run test:guards: a test that cannot fail is worse than none. Takes away each guard of the table in a private copy of
// the tree and sees its test turn red. `--only PATTERN`: the rows whose bar, guard or test fits. `--jobs N`: so many at once.
// `--why`: by what each failed.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { copyTree } from './copy.mjs'
import { endRuns, runTests, verdict } from './run.mjs'
import { faultsOf, startsBuilt } from './sources.mjs'
import { GUARDS } from './table.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** A run of one test that takes longer hangs, and that is no failed assertion. */
const PATIENCE_MS = 240_000

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, jobs: { type: 'string', default: '2' }, why: { type: 'boolean' } },
})
const only = new RegExp(values.only, 'i')
const rows = GUARDS.filter(({ bar, guard, test }) => only.test(`${bar}: ${guard} (${test})`))
const faults = rows.flatMap((row) => faultsOf(ROOT, row))
if (faults.length > 0 || rows.length === 0) {
  console.error(faults.join('\n') || 'No guard fits.')
  process.exit(1)
}

const copies = Array.from({ length: Math.min(rows.length, Number(values.jobs)) }, () => copyTree(ROOT))
const dispose = () => {
  for (const copy of copies) copy.dispose()
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    endRuns()
    dispose()
    process.exit(130)
  })
}

/** What becomes of the test without the guard. */
async function trial(copy, row) {
  const built = startsBuilt(copy.path, row.test)
  const putBack = copy.remove(row.remove)
  try {
    if (built) copy.build()
    return verdict(await runTests(copy.path, [row.test], [row.each ?? row.name], { patienceMs: PATIENCE_MS }), row)
  } finally {
    putBack()
    if (built) copy.build()
  }
}

/** The word for a row, and what is to be said to it. */
async function check(copy, row, before) {
  const first = verdict(before, row)
  if (first.kind === 'skipped') return ['not run', `${row.test} is skipped here`]
  if (first.kind !== 'green') return ['BROKEN', `not green with its guard in place: ${row.test}: ${first.why}`]
  const after = await trial(copy, row)
  if (after.kind === 'red') return ['red', values.why && after.why]
  if (after.kind === 'green') return ['NOT NOTICED', `by ${row.test}: ${row.each ?? row.name}`]
  return ['BROKEN', `no assertion failed in ${row.test}: ${after.why ?? 'it did not run'}`]
}

const counts = new Map()
try {
  const tests = [...new Set(rows.map(({ test }) => test))]
  const names = rows.map(({ each, name }) => each ?? name)
  const before = await runTests(copies[0].path, tests, names, { patienceMs: 4 * PATIENCE_MS, workers: copies.length })
  const queue = [...rows]
  const work = async (copy) => {
    for (let row = queue.shift(); row; row = queue.shift()) {
      const [word, more] = await check(copy, row, before)
      counts.set(word, (counts.get(word) ?? 0) + 1)
      console.log(`${word.padEnd(11)} ${row.bar}: ${row.guard}${more ? `\n            ${more}` : ''}`)
    }
  }
  await Promise.all(copies.map(work))
} finally {
  dispose()
}
const of = (word) => counts.get(word) ?? 0
const asides = ['BROKEN', 'not run'].filter(of).map((word) => `, ${of(word)} ${word}`)
console.log(`${rows.length} guards, ${of('red')} seen red, ${of('NOT NOTICED')} NOT NOTICED${asides.join('')}`)
process.exitCode = of('NOT NOTICED') + of('BROKEN') > 0 ? 1 : 0
