// The JSON body of a server's call.
import type { SimContext } from './context.js'
import { ApiError } from './errors.js'

/** The object that was posted. @throws ApiError 44002 for an empty body, 47001 for anything but a JSON object */
export function jsonBody(ctx: SimContext): object {
  if (ctx.state.body === '') throw new ApiError(44002)
  try {
    const body: unknown = JSON.parse(ctx.state.body)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch {
    // Told below.
  }
  throw new ApiError(47001)
}
