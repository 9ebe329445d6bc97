// Builds the five pages of the client, one HTML file each, as plain files that a strict Content-Security-Policy admits.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const PAGES = ['login', 'confirm', 'account', 'callback', 'notice']

function page(name: string): string {
  return fileURLToPath(new URL(`./${name}/index.html`, import.meta.url))
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    // WeChat's browser on older phones is the slowest to be renewed.
    target: ['chrome87', 'safari14', 'firefox90'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: Object.fromEntries(PAGES.map((name) => [name, page(name)])) },
  },
})
