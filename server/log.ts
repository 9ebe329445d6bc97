// The log: pino's JSON lines, one an event. Errors are written as name, message and stack, never as whole objects: the
// database's errors carry SQL with values, and HTTP clients' carry URLs with secrets.
import { pino } from 'pino'
import { type Log, PlatformError } from './core/ports.js'

/** @param destination where lines go; default standard output. */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    ...(destination ? [destination] : []),
  )
  const fields = (data: Record<string, unknown> = {}) =>
    Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value instanceof Error ? plain(value) : value]))
  return {
    info: (event, data) => logger.info(fields(data), event),
    warn: (event, data) => logger.warn(fields(data), event),
    error: (event, data) => logger.error(fields(data), event),
  }
}

function plain(error: Error): Record<string, unknown> {
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(error instanceof PlatformError ? { at: error.at } : {}),
    ...(error.cause instanceof Error ? { cause: plain(error.cause) } : {}),
  }
}
