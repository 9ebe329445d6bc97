// Where the log's lines go: standard output. A line waits a moment for others, and they go out in one write: one write each
// would be a tenth of what a login costs. An error waits for nobody, and neither does the end of the process.
import { pino } from 'pino'

export interface LogOutput {
  write(line: string): void
  /** Writes down, now, whatever waits. */
  flush(): void
}

/** So many milliseconds of lines a process may take with it that is killed without a word (`kill -9`, no memory). */
const TOGETHER_MS = 20
const MOST_CHARACTERS = 8 * 1024

/** @param fd a file descriptor; standard output by default. A reader that is slow is waited for, so that no line is lost. */
export function createLogOutput(process: Pick<NodeJS.Process, 'on'>, fd = 1): LogOutput {
  const stream = pino.destination({ fd, sync: true })
  let waiting = ''

  const flush = (): void => {
    if (waiting === '') return
    const lines = waiting
    waiting = ''
    stream.write(lines)
  }
  process.on('exit', flush)
  return {
    flush,
    write(line) {
      if (waiting === '') setTimeout(flush, TOGETHER_MS).unref()
      waiting += line
      if (waiting.length >= MOST_CHARACTERS) flush()
    },
  }
}
