// What the calls under /sns have in common: required parameters, known apps, and errors that a fault orders.
import type { App } from '../state/apps.js'
import { ApiError } from '../wire/errors.js'
import type { World } from '../world.js'

/** A non-empty parameter. @throws ApiError `errcode` when it is missing */
export function required(params: URLSearchParams, name: string, errcode: number): string {
  const value = params.get(name)
  if (!value) throw new ApiError(errcode)
  return value
}

/** @throws ApiError 40002 unless `grant_type` is exactly `wanted` */
export function requireGrantType(params: URLSearchParams, wanted: string): void {
  if (params.get('grant_type') !== wanted) throw new ApiError(40002)
}

/** @throws ApiError 40013 */
export function knownApp({ apps }: World, appid: string): App {
  const app = apps.find(appid)
  if (!app) throw new ApiError(40013)
  return app
}

/** Where limits and troubles of the platform come in: after the checks of who is asking. @throws ApiError */
export function orderedError({ faults }: World, path: string): void {
  const fault = faults.take(path, 'errcode')
  if (fault) throw new ApiError(fault.errcode, fault.errmsg)
}
