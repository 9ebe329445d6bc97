// The built web client when there is one, else five bare pages: what these stories tell happens on the wire.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PAGES } from '#server/http/web-pages.js'

/** @param scratch where bare pages may be written */
export function webDirectory(scratch: string): string {
  const built = fileURLToPath(new URL('../../dist/web', import.meta.url))
  const parts = [...PAGES.map((page) => join(page, 'index.html')), 'assets', 'worker.js']
  if (parts.every((part) => existsSync(join(built, part)))) return built
  const bare = join(scratch, 'web')
  mkdirSync(join(bare, 'assets'), { recursive: true })
  writeFileSync(join(bare, 'worker.js'), '')
  for (const page of PAGES) {
    mkdirSync(join(bare, page), { recursive: true })
    writeFileSync(
      join(bare, page, 'index.html'),
      `<!doctype html><title>${page}</title><p>__NOTICE_CODE__</p><p>__NOTICE_ZH__ __NOTICE_EN__</p><a href="__NOTICE_NEXT__">on</a>`,
    )
  }
  return bare
}
