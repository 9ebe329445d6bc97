// Notes every call on WeChat's own paths, as it arrives and whatever becomes of it.
import type { World } from '../world.js'
import type { SimMiddleware } from './context.js'

/** True for the paths of WeChat itself; false for the simulator's controls, phone, pictures and assets. */
export function isPlatformPath(path: string): boolean {
  return /^\/(connect|sns|cgi-bin)\//.test(path)
}

/** Records calls of WeChat's own paths into `world.calls`. */
export function recordCalls({ calls, clock }: World): SimMiddleware {
  return (ctx, next) => {
    if (isPlatformPath(ctx.path)) {
      calls.record({ at: clock.now(), method: ctx.method, path: ctx.path, params: ctx.state.params })
    }
    return next()
  }
}
