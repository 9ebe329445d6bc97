// What a run has measured, for whoever reads its output.

/** One line on standard output. */
export function report(line: string): void {
  process.stdout.write(`${line}\n`)
}
