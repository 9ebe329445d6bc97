import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The stories in Chromium. One file at a time: a browser is several processes already.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'module', 'default'] } },
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    fileParallelism: false,
    retry: 0,
  },
})
