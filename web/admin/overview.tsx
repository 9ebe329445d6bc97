// The live numbers of one node, each as a plot.
import { PLOTS, plotOf } from './numbers.js'
import { NodeLine } from './parts.js'
import { PlotView } from './plot.js'
import { texts } from './texts.js'
import type { Props } from './view.js'

export function Overview({ state, send, language }: Props) {
  const t = texts[language]
  const shown = state.numbers.find(({ node }) => node.id === state.node)
  if (!shown) return <p class="muted">{t.reading}</p>
  return (
    <>
      <NodeLine node={shown.node} language={language} />
      {state.numbers.length > 1 && (
        <label class="small">
          {t.node}{' '}
          <select value={state.node} onChange={(event) => send({ type: 'showNode', node: event.currentTarget.value })}>
            {state.numbers.map(({ node }) => (
              <option key={node.id} value={node.id}>
                {t.nodeOf(node.host, node.id)}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="plots">
        {PLOTS.map((name) => (
          <PlotView key={name} plot={plotOf(name, shown)} language={language} />
        ))}
      </div>
    </>
  )
}
