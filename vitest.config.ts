import { defineConfig } from 'vitest/config'

// The suites speak to real servers, real SQLite files and real sockets over loopback. Chromium's are in test/e2e.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'module', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    retry: 0,
    // A net, not a measure: a machine of CI may be many times slower.
    expect: { poll: { timeout: 10_000 } },
  },
})
