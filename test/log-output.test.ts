// The log's lines on their way out: together where they can wait, at once where they cannot, and none lost at the end.
import { spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { createLog } from '#server/log.js'
import { createLogOutput } from '#server/log-output.js'

function intoFile() {
  const path = join(mkdtempSync(join(tmpdir(), 'log-')), 'log')
  const process = new EventEmitter() as EventEmitter & Pick<NodeJS.Process, 'on'>
  const output = createLogOutput(process, openSync(path, 'a'))
  const events = () =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).msg)
  return { process, log: createLog('info', output), output, events }
}

test('lines wait for each other, a moment and no longer', async () => {
  const { log, events } = intoFile()
  log.info('one')
  log.warn('two')
  expect(events()).toEqual([])
  await vi.waitFor(() => expect(events()).toEqual(['one', 'two']))
  log.info('three')
  await vi.waitFor(() => expect(events()).toEqual(['one', 'two', 'three']))
})

test('many lines do not wait: what waits in memory is bounded', () => {
  const { log, events } = intoFile()
  for (let n = 0; n < 1_000; n++) log.info('a.line', { path: 'x'.repeat(100) })
  expect(events().length).toBeGreaterThan(900)
})

test('an error is written at once, behind what came before it', () => {
  const { log, events } = intoFile()
  log.info('before')
  log.error('broken')
  expect(events()).toEqual(['before', 'broken'])
})

test('the end of the process writes what waits', () => {
  const { log, process, events } = intoFile()
  log.info('last')
  process.emit('exit')
  expect(events()).toEqual(['last'])
})

describe('no line is lost when the process ends', () => {
  const server = (file: string) => JSON.stringify(fileURLToPath(new URL(`../dist/server/${file}`, import.meta.url)))
  const prelude = `
    const { createLog, logLastWords } = await import(${server('log.js')})
    const { createLogOutput } = await import(${server('log-output.js')})
    const log = createLog('info', createLogOutput(process))
    logLastWords(log, { process, console })
    for (let n = 0; n < 3_000; n++) log.info('line.' + n, { path: 'x'.repeat(200) })
  `

  /** What a program says whose reader is slow to begin. */
  async function said(end: string): Promise<{ events: string[]; code: unknown }> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', prelude + end])
    const closed = new Promise((resolve) => child.once('close', resolve))
    let text = ''
    child.stdout.on('data', (chunk) => (text += chunk)).pause()
    setTimeout(() => child.stdout.resume(), 300)
    const code = await closed
    const lines = text.split('\n').filter((line) => line !== '')
    return { events: lines.map((line) => JSON.parse(line).msg), code }
  }

  test.each([
    ['by itself', '', 0, 3_000],
    ['on purpose', 'process.exit(0)', 0, 3_000],
    ['by an error that nobody caught', 'throw new Error("x")', 1, 3_001],
    ['by a promise that nobody caught', 'void Promise.reject(new Error("x"))', 1, 3_001],
    [
      'told to',
      'setTimeout(() => {}, 5_000); process.on("SIGTERM", () => process.exit(143)); process.kill(process.pid, "SIGTERM")',
      143,
      3_000,
    ],
  ])('%s', async (_, end, code, lines) => {
    const told = await said(end)
    expect(told.code).toBe(code)
    expect(told.events).toHaveLength(lines)
    expect(told.events.slice(0, 3_000)).toEqual(Array.from({ length: 3_000 }, (_, n) => `line.${n}`))
  })
})
