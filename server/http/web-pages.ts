// The built web client, held in memory: its pages, their hashed assets, its icons and its worker. Nothing else is served from disk.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
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

export const PAGES = ['login', 'confirm', 'account', 'callback', 'notice', 'admin'] as const
/** The pages of the installed client. */
const SHELL: readonly PageName[] = ['login', 'account']
export type PageName = (typeof PAGES)[number]

export interface WebPages {
  /** Sends a page; `tokens` are replaced in its HTML by escaped text. Sets no headers of its own but the type. */
  send(ctx: Context, page: PageName, tokens?: Readonly<Record<string, string>>): void
  /** Sends a hashed asset, cacheable for ever, or an icon. False when there is none at this path. */
  asset(ctx: Context): boolean
  /** The worker's script, which names what it keeps. @param salt what else makes another version of it */
  worker(salt: string): string
}

/** @param directory where `npm run build` has put the web client. @throws Error naming the page that is missing */
export function loadWebPages(directory: string): WebPages {
  const html = new Map(PAGES.map((page) => [page, readPage(directory, page)]))
  const assets = new Map<string, { body: Buffer; type: string; keep: string }>()
  const hold = (folder: string, keep: string): void => {
    for (const name of existsSync(join(directory, folder)) ? readdirSync(join(directory, folder)) : []) {
      const type = TYPES[extname(name)]
      if (type) assets.set(`/${folder}/${name}`, { body: readFileSync(join(directory, folder, name)), type, keep })
    }
  }
  hold('assets', 'public, max-age=31536000, immutable')
  hold('icons', 'public, max-age=86400')
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
      ctx.set('Cache-Control', found.keep)
      ctx.type = found.type
      ctx.body = found.body
      return true
    },
    worker(salt) {
      const shell = SHELL.map((page) => html.get(page) ?? '')
      const kept = shell.flatMap((text) => text.match(/\/assets\/[^"]+/g) ?? [])
      const script = readBuilt(directory, 'worker.js')
      const version = createHash('sha256')
        .update([script, ...shell, salt].join('\n'))
        .digest('hex')
        .slice(0, 16)
      return script.replace('__VERSION__', version).replace('__ASSETS__', kept.join(' '))
    },
  }
}

function readPage(directory: string, page: PageName): string {
  return readBuilt(directory, join(page, 'index.html'))
}

function readBuilt(directory: string, name: string): string {
  const file = join(directory, name)
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${name} is not built (${file}). Run: npm run build`, { cause: error })
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
