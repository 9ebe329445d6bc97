import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createSimulator } from '#server/simulator/simulator.js'

/** The status of a request that comes under this name. */
function statusUnder(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/sim/apps`, { headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('DNS rebinding', () => {
  test('a page under another name cannot read the apps or order faults', async () => {
    const sim = await createSimulator({ advertisedUrl: 'http://wechat.test:3001' }).listen(0, '127.0.0.1')
    try {
      const port = new URL(sim.url).port
      for (const host of [
        'rebind.evil.example',
        `rebind.evil.example:${port}`,
        'localhost.evil.example',
        'xwechat.test',
      ]) {
        expect(await statusUnder(sim.url, host), host).toBe(403)
      }
      for (const host of [`127.0.0.1:${port}`, 'localhost', '[::1]:3001', '192.168.1.20:3001', 'wechat.test:3001']) {
        expect(await statusUnder(sim.url, host), host).toBe(200)
      }
    } finally {
      await sim.close()
    }
  })
})
