// Builds the pages of the client as plain files that a strict Content-Security-Policy admits: for each page one HTML file,
// one script, one style, with nothing in them that only another page needs.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { weui } from './weui.js'

export const PAGES = ['login', 'confirm', 'account', 'callback', 'notice', 'admin'] as const

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [weui()],
  resolve: {
    conditions: ['source', 'module', 'browser', 'development|production'],
    alias: { 'zod/mini': here('./schemas.ts') },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../dist/web'),
    // Emptied below, once for all pages.
    emptyOutDir: false,
    // WeChat's browser on older phones is the slowest to be renewed.
    target: ['es2020', 'chrome80', 'safari14', 'firefox80'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  // A build of its own for each page: what several need is small, and chunks between them would be requests, and words
  // that nobody reads.
  environments: Object.fromEntries([
    ...PAGES.map((page) => [
      page,
      { consumer: 'client' as const, build: { rolldownOptions: { input: { [page]: here(`./${page}/index.html`) } } } },
    ]),
    // At the root and without a hash: the browser asks for it by this name, and compares.
    [
      'worker',
      {
        consumer: 'client' as const,
        build: { rolldownOptions: { input: here('./worker/worker.ts'), output: { entryFileNames: 'worker.js' } } },
      },
    ],
  ]),
  builder: {
    async buildApp(builder) {
      rmSync(builder.config.build.outDir, { recursive: true, force: true })
      for (const name of [...PAGES, 'worker']) await builder.build(builder.environments[name] ?? never(name))
    },
  },
})

function never(page: string): never {
  throw new Error(`No environment for ${page}`)
}
