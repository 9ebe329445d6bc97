// What the real program tells its operator at the start, beside its settings.
import { expect, test } from 'vitest'
import { prepareProgram } from '../world/program.js'

const app = (key: string, n: number, notify?: Record<string, string>) => ({
  ...{ key, kind: 'official', appid: `wx000000000000000${n}`, secret: 'a-secret-of-an-app' },
  ...(notify === undefined ? {} : { notify }),
})
const token = 'tokenOfPushes'

test('an app whose pushes come in plain text is named with what to do; those that are encrypted or have none are not', async () => {
  const apps = [app('plain', 1, { token }), app('secure', 2, { token, aesKey: 'a'.repeat(43) }), app('none', 3)]
  const program = await prepareProgram({ WECHAT_APPS: JSON.stringify(apps) })
  try {
    await program.start()
    const lines = () =>
      program
        .output()
        .split('\n')
        .filter((line) => line.includes('"notify.plain"'))
        .map((line) => JSON.parse(line) as object)
    // The log's lines come a moment after what they tell of.
    await expect
      .poll(lines, { timeout: 5_000 })
      .toMatchObject([{ level: 40, app: 'plain', advice: expect.stringContaining('"aesKey"') }])
    expect(program.output()).not.toContain(token)
  } finally {
    await program.dispose()
  }
})
