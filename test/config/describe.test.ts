// The configuration with the simulator in WeChat's place, and what the start log says of it.
import { expect, test } from 'vitest'
import { describeConfig, withSimulator } from '#server/config.js'
import { createSimulator } from '#server/simulator/simulator.js'
import { KEY, load, MP, PC } from './load.js'

const SIMULATOR = {
  url: 'http://127.0.0.1:3001',
  apps: [
    { ...PC, openPlatform: 'main' },
    { ...MP, openPlatform: null },
    { ...PC, key: 'game', kind: 'minigame', openPlatform: null },
  ],
}

test('the simulator replaces WeChat: its address three times, its apps, both methods', () => {
  const config = withSimulator(load(), SIMULATOR)
  expect(config.wechat).toEqual({ openUrl: SIMULATOR.url, apiUrl: SIMULATOR.url, pollUrl: SIMULATOR.url })
  expect(config.apps).toEqual([
    { ...PC, platform: 'main', bound: true },
    { ...MP, platform: 'app:wx0000000000000002', bound: false },
  ])
  expect(config.methods).toEqual(['website', 'relay'])
  expect(config.simulator).toEqual({ port: 3001 })
  expect(Object.isFrozen(config) && Object.isFrozen(config.apps[0])).toBe(true)
})

test('LOGIN_METHODS holds with the simulator too, and the configuration given is left as it was', () => {
  const config = load({ LOGIN_METHODS: 'relay' })
  expect(withSimulator(config, SIMULATOR).methods).toEqual(['relay'])
  expect(config).toEqual(load({ LOGIN_METHODS: 'relay' }))
})

test('the apps that the real simulator lists are understood, and each method has one', async () => {
  const simulator = await createSimulator({ siteOrigins: [], callbackDomains: [] }).listen(0, '127.0.0.1')
  try {
    const { apps } = (await (await fetch(`${simulator.url}/sim/apps`)).json()) as Pick<typeof SIMULATOR, 'apps'>
    const config = withSimulator(load(), { url: simulator.url, apps })
    expect(config.apps.map(({ key, kind }) => `${key} ${kind}`)).toEqual([
      ...['pc website', 'mp official', 'mp2 official', 'app mobile', 'mini miniprogram'],
    ])
  } finally {
    await simulator.close()
  }
})

test('the start log says what was understood, flat, and no secret, key or token', () => {
  const notify = { token: 'notifytoken', aesKey: 'k'.repeat(43) }
  const said = describeConfig(
    load({
      SESSION_KEYS: `${KEY},${KEY}-old`,
      WECHAT_APPS: JSON.stringify([{ ...PC, notify }, MP]),
      RETURN_ORIGINS: 'https://www.example.com',
    }),
  )
  expect(said).toMatchObject({
    publicUrl: 'http://localhost:3000',
    sessionKeys: '2 configured',
    apps: 'pc (website, wx0000000000000001), mp (official, wx0000000000000002)',
    methods: 'website, relay',
    returnOrigins: 'https://www.example.com',
    simulatorPort: null,
  })
  expect(Object.values(said).filter((value) => typeof value === 'object' && value !== null)).toEqual([])
  for (const secret of [KEY, PC.secret, MP.secret, notify.token, notify.aesKey]) {
    expect(JSON.stringify(said)).not.toContain(secret)
  }
})
