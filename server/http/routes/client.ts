// What makes the pages a program that can be installed: its manifest, and the worker that keeps its shell.
import type { Middleware } from 'koa'
import type { Edge } from '../edge.js'
import { pageCsp } from '../security-headers.js'

export function clientRoutes(edge: Edge) {
  const { pages, publicUrl, site } = edge
  // Pages are kept with their headers: another policy is another version, as another build is.
  const worker = pages.worker(pageCsp(publicUrl, { frame: edge.wechatOrigin, installable: true }))

  const icon = (name: string, sizes: string, purpose: string) => ({
    src: `/icons/${name}`,
    sizes,
    type: name.endsWith('.svg') ? 'image/svg+xml' : 'image/png',
    purpose,
  })
  const description = {
    id: '/login',
    name: site.site.name,
    short_name: site.site.name,
    lang: 'zh-CN',
    // `window`: how the worker knows a start from a visit.
    start_url: '/login?window',
    scope: '/',
    display: 'standalone',
    background_color: '#e9eeeb',
    theme_color: '#0e7a53',
    icons: [
      icon('icon.svg', 'any', 'any'),
      icon('icon-192.png', '192x192', 'any'),
      icon('icon-512.png', '512x512', 'any'),
      icon('maskable-512.png', '512x512', 'maskable'),
    ],
  }

  const manifest: Middleware = async (ctx) => {
    ctx.body = JSON.stringify(description)
    ctx.type = 'application/manifest+json'
  }
  const workerScript: Middleware = async (ctx) => {
    // It fetches the shell, from us alone.
    ctx.set('Content-Security-Policy', "default-src 'none'; connect-src 'self'")
    ctx.type = 'text/javascript; charset=utf-8'
    ctx.body = worker
  }
  return { manifest, workerScript }
}
