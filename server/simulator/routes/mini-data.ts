// What a mini program's own code is handed by WeChat about its user, after a login whose session key the server has.
import Router from '@koa/router'
import { openidOf } from '../state/ids.js'
import type { SimState } from '../wire/context.js'
import { ControlError, controlInput } from '../wire/control-input.js'
import { encryptMiniData, signMiniData } from '../wire/mini-data.js'
import type { World } from '../world.js'

/** `POST /sim/mini-data { app, person }`: rawData, signature, encryptedData and iv. */
export function miniDataRoutes(world: World): Router<SimState> {
  const router = new Router<SimState>()
  router.post('/sim/mini-data', (ctx) => {
    const input = controlInput(ctx, ['app', 'person'])
    const app = world.apps.named(input.text('app'))
    const person = world.people.find(input.text('person'))
    const key = app && person ? world.sessionKeys.get(`${app.appid} ${person.name}`) : undefined
    if (!app || !person || !key) {
      throw new ControlError(
        'nobody of this name has logged in to this mini program: wx.login and jscode2session come first',
      )
    }
    // Since 2022 every mini program is told the same name and a grey picture.
    const profile = {
      nickName: '微信用户',
      gender: 0,
      language: '',
      city: '',
      province: '',
      country: '',
      avatarUrl: '',
    }
    const rawData = JSON.stringify(profile)
    const watermark = { timestamp: Math.floor(world.clock.now() / 1000), appid: app.appid }
    const iv = world.options.random(16).toString('base64')
    const plain = JSON.stringify({ openId: openidOf(person.seed, app.appid), ...profile, watermark })
    const signature = signMiniData(key, rawData)
    ctx.body = { rawData, signature, encryptedData: encryptMiniData(key, iv, plain), iv }
  })
  return router
}
