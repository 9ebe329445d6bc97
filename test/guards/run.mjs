// Runs tests of a tree, and says what became of one of them.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A name as vitest's pattern. */
const pattern = (name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** @returns by test file: its tests that ran, and what kept it from being loaded */
export async function runTests(tree, files, names, { patienceMs, workers = 1 }) {
  const report = join(tree, 'report.json')
  rmSync(report, { force: true })
  const chosen = ['-t', [...new Set(names)].map(pattern).join('|')]
  const output = await vitest(
    tree,
    ['run', ...files, ...chosen, `--maxWorkers=${workers}`, '--reporter=json', `--outputFile=${report}`],
    patienceMs,
  )
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
    return new Map(testResults.map((suite) => [relative(tree, suite.name), suite]))
  } catch {
    return new Map(files.map((file) => [file, { assertionResults: [], message: output }]))
  }
}

const running = new Set()

/** Ends what runs, with everything that the tests have started. */
export function endRuns() {
  for (const { pid } of running) process.kill(-pid, 'SIGKILL')
}

function vitest(tree, words, patienceMs) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(tree, 'node_modules/vitest/vitest.mjs'), ...words], {
      cwd: tree,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        printed = (printed + chunk).slice(-4_000)
      })
    }
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), patienceMs)
    child.once('close', () => {
      running.delete(child)
      clearTimeout(timer)
      resolve(printed)
    })
  })
}

/**
 * What became of a row's test: `green`; `skipped`; `red`, it failed by an assertion or an error that our own code knows;
 * or `broken`: what it failed by tells of the text that was put in, and nothing of the guard.
 */
export function verdict(results, { test, name, each = '', says }) {
  const suite = results.get(test)
  const named = (suite?.assertionResults ?? []).filter(
    ({ fullName }) => fullName.includes(name) && fullName.includes(each),
  )
  const failed = named.filter(({ status }) => status === 'failed').map((one) => one.failureMessages.join('\n'))
  if (failed.length > 0) {
    const red = failed.find((text) => (says === undefined ? !BROKEN.test(text) : text.includes(says)))
    return { kind: red === undefined ? 'broken' : 'red', why: firstLine(red ?? failed[0]) }
  }
  if (named.some(({ status }) => status === 'passed')) return { kind: 'green' }
  const why = suite?.message?.trim()
  return why ? { kind: 'broken', why: firstLine(why) } : { kind: 'skipped' }
}

/** How a removal fails that does not compile, does not run, or lets the test hang. */
const BROKEN = /^(Syntax|Reference|Type|Row|Database)Error\b|^Error: (Test|Hook) timed out|^Error: Cannot find/

const firstLine = (text) => text.split('\n')[0].slice(0, 160)
