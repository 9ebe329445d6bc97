import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The stories in Chromium. Two files at a time: each brings a browser, and spends most of its time waiting.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'module', 'default'] } },
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    testTimeout: 90_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    expect: { poll: { timeout: 20_000 } },
    retry: 0,
  },
})
