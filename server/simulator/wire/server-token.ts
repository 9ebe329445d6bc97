// What the calls under /cgi-bin have in common: a token that counts.
import type { App } from '../state/apps.js'
import type { World } from '../world.js'
import { ApiError } from './errors.js'

/** The app whose server token came with the call. @throws ApiError 41001, 40014, 40001, 42001 */
export function requireServerToken(world: World, params: URLSearchParams): App {
  const token = params.get('access_token')
  if (!token) throw new ApiError(41001)
  const found = world.serverTokens.find(token)
  const app = found && world.apps.find(found.appid)
  if (!found || !app) throw new ApiError(token.length < 20 ? 40014 : 40001)
  if (found.state === 'retired') throw new ApiError(40001)
  if (found.state === 'expired') throw new ApiError(42001)
  return app
}
