// A node in a process of its own, whose clock the test moves and whose memory it reads. Started with --expose-gc from the
// built program: the sources' loader would be measured with it.
import { getActiveResourcesInfo } from 'node:process'
import { loadConfig, withSimulator } from '../../dist/server/config.js'
import { startNode } from '../../dist/server/server.js'

const { env, wechat, webDirectory } = JSON.parse(process.argv[2])
let offset = 0
const silent = { info() {}, warn() {}, error() {} }
const config = withSimulator(loadConfig(env, { readFile: () => '' }), wechat)
// What a node does every ten minutes it does here every second: a day passes in moments.
const schedule = {
  after(ms, work) {
    const timer = setTimeout(work, ms >= 600_000 ? 1_000 : ms)
    return () => clearTimeout(timer)
  },
  soon: (work) => setImmediate(work),
}
const node = await startNode({
  config,
  schedule,
  webDirectory,
  keys: ['a-fixed-key-for-tests-only-0123456789abcdef'],
  log: silent,
  clock: () => Date.now() + offset,
})

process.on('message', async ({ advanceMs, measure }) => {
  offset += advanceMs ?? 0
  if (!measure) return process.send('done')
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const counts = {}
  for (const name of getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1
  const { heapUsed, rss } = process.memoryUsage()
  return process.send({ heapUsed, rss, handles: counts })
})
process.send({ url: node.url })
