// What a page is given to say stays text in it, whoever has written it.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Koa from 'koa'
import { expect, onTestFinished, test } from 'vitest'
import { loadWebPages, PAGES } from '#server/http/web-pages.js'

function built(html: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'saoma-pages-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'assets'))
  for (const page of PAGES) {
    mkdirSync(join(directory, page))
    writeFileSync(join(directory, page, 'index.html'), html)
  }
  return directory
}

test.each(['"><script>alert(1)</script>', "' onmouseover='alert(1)", '&lt;img src=x onerror=alert(1)&gt;', '$& $` $1'])(
  'markup in a text (%s) neither ends an attribute nor begins an element',
  async (text) => {
    const pages = loadWebPages(built('<a href="__TEXT__" title=\'__TEXT__\'>__TEXT__</a>'))
    const app = new Koa().use((ctx) => pages.send(ctx, 'notice', { __TEXT__: text }))
    const server = app.listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const html = await answer.text()
    const [, ...shown] = /^<a href="([^"<>]*)" title='([^'<>]*)'>([^<>]*)<\/a>$/.exec(html) ?? []
    const read = (escaped: string) => escaped.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    expect(shown.map(read)).toEqual([text, text, text])
  },
)
