// The built web client, held in memory: five pages and their hashed assets. Nothing else is served from disk.
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Context } from 'koa'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export const PAGES = ['login', 'confirm', 'account', 'callback', 'notice'] as const
export type PageName = (typeof PAGES)[number]

export interface WebPages {
  /** Sends a page; `tokens` are replaced in its HTML by escaped text. Sets no headers of its own but the type. */
  send(ctx: Context, page: PageName, tokens?: Readonly<Record<string, string>>): void
  /** Sends a hashed asset, cacheable for ever. False when there is none at this path. */
  asset(ctx: Context): boolean
}

/** @param directory where `npm run build` has put the web client. @throws Error naming the page that is missing */
export function loadWebPages(directory: string): WebPages {
  const html = new Map(PAGES.map((page) => [page, readPage(directory, page)]))
  const assets = new Map<string, { body: Buffer; type: string }>()
  for (const name of readdirSync(join(directory, 'assets'))) {
    const type = TYPES[extname(name)]
    if (type) assets.set(`/assets/${name}`, { body: readFileSync(join(directory, 'assets', name)), type })
  }
  return {
    send(ctx, page, tokens = {}) {
      ctx.type = 'text/html; charset=utf-8'
      let text = html.get(page) ?? ''
      for (const [token, value] of Object.entries(tokens)) text = text.replaceAll(token, () => escapeHtml(value))
      ctx.body = text
    },
    asset(ctx) {
      const found = assets.get(ctx.path)
      if (!found) return false
      ctx.set('Cache-Control', 'public, max-age=31536000, immutable')
      ctx.type = found.type
      ctx.body = found.body
      return true
    },
  }
}

function readPage(directory: string, page: PageName): string {
  const file = join(directory, page, 'index.html')
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`The page ${page} is not built (${file}). Run: npm run build`, { cause: error })
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
