// The only class thrown on purpose. `details` go to the log and never to the visitor.
import { ERRORS, type ErrorCode } from '#shared/errors.js'

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(ERRORS[code].en, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = ERRORS[code].status
    this.details = options.details ?? {}
  }
}
