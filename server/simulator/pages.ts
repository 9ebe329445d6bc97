// Turns page data into HTML: the built page of that name when there is one, else the bare data, so that nothing but the
// looks depends on a build.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PageData } from './page-data.js'
import type { SimContext } from './wire/context.js'

export interface Pages {
  /** Answers with the page, HTTP 200. */
  show(ctx: SimContext, data: PageData): Promise<void>
  /** The bytes of a built asset (a bare file name), or null. */
  asset(name: string): Promise<Buffer | null>
}

const DATA_TOKEN = '<!--sim-data-->'
const QR_TOKEN = '<!--sim-qr-->'

/** No `form-action`: a browser would apply it to the redirect back to the site as well. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src * data: blob:',
  'media-src blob:',
  "base-uri 'none'",
].join('; ')

const BARE = `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>微信模拟器 · WeChat simulator</title></head>
<body>
<p>微信模拟器，不是微信 · This is a simulator, not WeChat</p>
${QR_TOKEN}
<pre id="sim-text"></pre>
${DATA_TOKEN}
<script>document.getElementById('sim-text').textContent = document.getElementById('sim-data').textContent</script>
</body>
</html>
`

/** Where the build puts the pages, seen from the source and from the compiled code alike. */
export function defaultPagesDir(): string {
  const fromHere = import.meta.url.endsWith('.ts') ? '../../dist/simulator-pages' : '../../simulator-pages'
  return fileURLToPath(new URL(fromHere, import.meta.url))
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch {
    return null
  }
}

function fill(template: string, data: PageData): string {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  const image =
    data.page === 'qrconnect'
      ? `<img class="qrcode lightBorder js_qr_img web_qrcode_img" src="/connect/qrcode/${data.uuid}" alt="">`
      : ''
  return template
    .replace(QR_TOKEN, () => image)
    .replace(DATA_TOKEN, () => `<script type="application/json" id="sim-data">${json}</script>`)
}

/** Pages from `dir`, read anew for each answer. */
export function createPages(dir: string): Pages {
  return {
    async show(ctx, data) {
      const built = await readIfThere(join(dir, `${data.page}.html`))
      ctx.status = 200
      ctx.set('content-type', 'text/html; charset=utf-8')
      ctx.set('cache-control', 'no-store')
      if (built) ctx.set('content-security-policy', POLICY)
      ctx.body = fill(built?.toString('utf8') ?? BARE, data)
    },
    asset: (name) =>
      /^[\w-]+(\.[\w-]+)+$/.test(name) ? readIfThere(join(dir, 'assets', 'sim', name)) : Promise.resolve(null),
  }
}
