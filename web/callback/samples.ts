// Development only: every state of the page at `?state=NAME`, without a server. No build for production contains this.
import type { CallbackState } from './state.js'

export const samples: Readonly<Record<string, CallbackState>> = {
  working: { name: 'working' },
  done: { name: 'done', refused: false },
  refused: { name: 'done', refused: true },
  failed: { name: 'failed', code: 'code_rejected' },
  network: { name: 'failed', code: 'network' },
}
