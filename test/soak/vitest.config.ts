import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The long forms: minutes instead of seconds, thousands instead of dozens. One file at a time, so that each measures itself.
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'module', 'default'] } },
  test: {
    include: ['test/soak/**/*.soak.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    fileParallelism: false,
    retry: 0,
  },
})
