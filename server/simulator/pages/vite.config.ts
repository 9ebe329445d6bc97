// Builds the simulator's pages, one HTML file each, for the simulator to serve under a policy without inline code.
import { defineConfig } from 'vite'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../../dist/simulator-pages',
    emptyOutDir: true,
    assetsDir: 'assets/sim',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [
        './qrconnect.html',
        './consent.html',
        './error.html',
        './done.html',
        './phone.html',
        './account.html',
        './app.html',
      ],
    },
  },
})
