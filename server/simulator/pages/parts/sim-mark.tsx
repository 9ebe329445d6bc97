// The words every page carries: this is a simulator.

import type { Language } from './language.js'

const MARK = { zh: '模拟环境 · 不是真正的微信', en: 'Simulator, not WeChat' } as const

export function SimMark({ language }: { readonly language: Language }) {
  return <p class="sim-mark">{MARK[language]}</p>
}
