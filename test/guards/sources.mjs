// What the table says of the sources: each text to remove stands exactly once, each test is there. And the sources of a
// test, as far as it is our own.
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** The source with the guard removed. @throws Error when the text does not stand there exactly once */
export function without(source, [file, find, replace]) {
  const times = source.split(find).length - 1
  if (times !== 1) throw new Error(`${file} holds this ${times} times, not once: the guard has moved\n  ${find}`)
  return source.replace(find, () => replace)
}

/** Everything that is wrong with a row, without running anything. */
export function faultsOf(root, { guard, remove, test, name }) {
  const faults = []
  const files = new Map()
  for (const edit of remove) {
    const [file] = edit
    try {
      files.set(file, without(files.get(file) ?? readFileSync(join(root, file), 'utf8'), edit))
    } catch (error) {
      faults.push(`${guard}: ${error.message}`)
    }
  }
  const named =
    existsSync(join(root, test)) && [...testSources(root, test).values()].some((text) => text.includes(name))
  if (!named) faults.push(`${guard}: no test “${name}” in ${test}`)
  return faults
}

/** A test file and what it imports of `test/`, by path. */
export function testSources(root, test, found = new Map()) {
  if (found.has(test)) return found
  const text = readFileSync(join(root, test), 'utf8')
  found.set(test, text)
  for (const [, specifier] of text.matchAll(/from '(\.[^']+)'/g)) {
    const path = posix.join(posix.dirname(test), specifier).replace(/\.js$/, '.ts')
    if (path.startsWith('test/') && existsSync(join(root, path))) testSources(root, path, found)
  }
  return found
}

/** Whether the test starts the built server rather than its sources. */
export function startsBuilt(root, test) {
  return [...testSources(root, test).values()].some((text) => text.includes('dist/server/'))
}
