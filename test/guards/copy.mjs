// A private copy of the tree, as it lies there with all that is not committed yet, in which guards can be removed.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { without } from './sources.mjs'

/** @param root the tree that is copied; built before */
export function copyTree(root) {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'saoma-guards-')))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const path of listed.toString().split('\0').filter(Boolean)) {
    if (path === 'node_modules' || !existsSync(join(root, path))) continue
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(root, path), join(copy, path))
  }
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true })
  symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'))

  return {
    path: copy,
    /** Takes the guard away; the function it returns puts everything back. */
    remove(edits) {
      const before = new Map()
      for (const edit of edits) {
        const file = join(copy, edit[0])
        const text = readFileSync(file, 'utf8')
        if (!before.has(file)) before.set(file, text)
        writeFileSync(file, without(text, edit))
      }
      return () => {
        for (const [file, text] of before) writeFileSync(file, text)
      }
    },
    /** Builds the server. What the types say of a missing guard is not asked: it is the test that must notice. */
    build() {
      try {
        execFileSync(join(copy, 'node_modules/.bin/tsc'), ['-p', 'server/tsconfig.json'], {
          cwd: copy,
          stdio: 'ignore',
        })
      } catch {
        // It has said what it misses, and written the files all the same.
      }
    },
    dispose: () => rmSync(copy, { recursive: true, force: true }),
  }
}
