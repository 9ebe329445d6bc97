// The configuration as the node loaded it.
import { NodeLine } from './parts.js'
import { named, texts } from './texts.js'
import type { Props } from './view.js'

export function Settings({ state, language }: Props) {
  const t = texts[language]
  const { config } = state.known
  if (!config) return <p class="muted">{t.reading}</p>
  return (
    <>
      <p class="small muted">{t.configText}</p>
      <NodeLine node={config.node} language={language} />
      <dl class="facts settings small">
        {config.settings.map(({ name, value }) => (
          <div key={name}>
            <dt>{named(t.settings, name)}</dt>
            <dd class="digits">{value === '' ? <span class="muted">{t.empty}</span> : value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
