// The log: pino's JSON lines, exactly one an event, whoever wrote what stands in it.
import { pino } from 'pino'
import type { Log } from './core/ports.js'
import { toFields } from './log-fields.js'

type Level = 'info' | 'warn' | 'error'

/** @param output where lines go. What comes before an error may have waited there; the error does not. */
export function createLog(level: string, output: { write(line: string): void; flush?(): void }): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, output)
  const at =
    (one: Level): Log[Level] =>
    (event, data = {}) => {
      if (logger.isLevelEnabled(one)) logger[one](toFields(data), event)
    }
  const error = at('error')
  return {
    info: at('info'),
    warn: at('warn'),
    error(event, data) {
      error(event, data)
      output.flush?.()
    },
  }
}

/**
 * What would end the process anyway ends it with one line in the log, and code 1: a supervisor starts it again, and what
 * was under way is found in the database. Libraries that speak to the console speak to the log instead.
 */
export function logLastWords(log: Log, { process, console }: { process: NodeJS.Process; console: Console }): void {
  const end = (event: string) => (error: unknown) => {
    log.error(event, { error: error instanceof Error ? error : String(error) })
    process.exit(1)
  }
  process.on('uncaughtException', end('process.uncaught'))
  process.on('unhandledRejection', end('process.unhandled'))
  console.warn = (...words: unknown[]) => log.warn('library.warned', { text: words.map(String).join(' ') })
}
