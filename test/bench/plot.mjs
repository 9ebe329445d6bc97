// Draws a result as one page that needs nothing else: an SVG with a line for each ratio, ratios first and figures after, in
// light and in dark.
import { barOf, compare, figure, isMet, spread, summary } from './results.mjs'

const WIDTH = 1120
const LEFT = 410
const RIGHT = 820
const ROW = 30
const HEAD = 46
const DECADES = [0.01, 10_000]
/** What is at an edge has room beside it. */
const MARGIN = 1.5

const escaped = (text) => String(text).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
const text = (x, y, content, attributes = '') => `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`

/** A logarithmic axis over what is there, in whole decades. */
function axis(scenarios) {
  const numbers = scenarios.flatMap(({ rows }) =>
    rows.filter(isRatio).flatMap(({ samples, atLeast, atMost }) => [...samples, atLeast ?? atMost]),
  )
  const positive = numbers.filter((number) => number > 0)
  const low = Math.max(Math.log10(DECADES[0]), Math.floor(Math.log10(Math.min(0.1, ...positive) / MARGIN)))
  const high = Math.min(Math.log10(DECADES[1]), Math.ceil(Math.log10(Math.max(10, ...positive) * MARGIN)))
  const x = (number) => {
    const share = (Math.log10(Math.max(number, 10 ** low)) - low) / (high - low)
    return Math.round((LEFT + Math.min(1, share) * (RIGHT - LEFT)) * 10) / 10
  }
  return { x, decades: Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n)) }
}

const isRatio = ({ unit }) => unit === '×'

/** Median as a dot, spread as a line, the bar as a tick with the side that is wanted shaded. */
function marks(row, y, x) {
  if (!isRatio(row) || row.samples.length === 0) return ''
  const { median, min, max } = summary(row.samples)
  const bar = x(row.atLeast ?? row.atMost)
  const from = row.atLeast === undefined ? LEFT : bar
  const to = row.atLeast === undefined ? bar : RIGHT
  return (
    `<rect class="wanted" x="${from}" y="${y - 9}" width="${to - from}" height="18"/>` +
    `<path class="bar" d="M${bar} ${y - 9}v18"/>` +
    `<path class="spread ${isMet(row) ? 'met' : 'missed'}" d="M${x(min)} ${y}H${Math.max(x(max), x(min) + 1)}"/>` +
    `<circle class="${isMet(row) ? 'met' : 'missed'}" cx="${x(median)}" cy="${y}" r="5.5"/>`
  )
}

function drawRow(scenario, row, y, x, earlier) {
  const was = compare(earlier, scenario.id, row)
  const { median } = summary(row.samples)
  const value = row.samples.length === 0 ? '–' : `${figure(median)} ${row.unit}`.trim()
  return (
    text(24, y + 5, row.what) +
    marks(row, y, x) +
    text(RIGHT + 104, y + 5, value, `class="value ${isMet(row) ? 'met' : 'missed'}" text-anchor="end"`) +
    text(RIGHT + 120, y + 5, `${barOf(row)} ${isMet(row) ? '✓' : '✗'}`, 'class="quiet"') +
    (was ? text(RIGHT + 196, y + 5, was.text, 'class="quiet"') : '')
  )
}

/** @returns {string} the SVG */
export function drawSvg(result, earlier) {
  const { x, decades } = axis(result.scenarios)
  let y = 34
  let body = ''
  for (const scenario of result.scenarios) {
    y += HEAD
    body += text(24, y - 12, scenario.title, 'class="title"')
    if (scenario.failures.length > 0) {
      body += text(RIGHT + 104, y - 12, `${scenario.failures.length} failed`, 'class="value missed" text-anchor="end"')
    }
    for (const row of scenario.rows) {
      body += drawRow(scenario, row, y + 8, x, earlier)
      y += ROW
    }
  }
  const height = y + 24
  const grid = decades
    .map((decade) => {
      const at = x(decade)
      const rule = `<path class="${decade === 1 ? 'one' : 'grid'}" d="M${at} 36V${height - 12}"/>`
      return rule + text(at, 28, `${decade} ×`, 'class="quiet" text-anchor="middle"')
    })
    .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Ratios, with their spread and what is wanted of them">${grid}${body}</svg>`
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2530; --quiet: #66707e; --paper: #fff; --grid: #e6e9ee; --one: #9aa4b2;
  --wanted: #eef6f0; --met: #1a7f4b; --missed: #c2410c }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --quiet: #98a2b0; --paper: #14181d; --grid: #262c34; --one: #5b6573;
  --wanted: #17261d; --met: #4cc38a; --missed: #fb8c5a } }
body { margin: 0 auto; max-width: ${WIDTH}px; padding: 24px 16px 64px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 22px; margin: 0 } p, table { color: var(--quiet) } h2 { font-size: 15px; margin: 32px 0 4px }
svg { width: 100%; height: auto; font: 14px system-ui, sans-serif } text { fill: var(--ink) } .title { font-weight: 600 }
.quiet { fill: var(--quiet); font-size: 12.5px } .value { font-weight: 600 } text.met { fill: var(--met) } text.missed { fill: var(--missed) }
circle.met { fill: var(--met) } circle.missed { fill: var(--missed) } .spread { stroke-width: 3; stroke-linecap: round; opacity: .55 }
.spread.met { stroke: var(--met) } .spread.missed { stroke: var(--missed) } .grid { stroke: var(--grid) } .one { stroke: var(--one) }
.wanted { fill: var(--wanted) } .bar { stroke: var(--quiet); stroke-width: 1.5 }
table { border-collapse: collapse; font-size: 13.5px } td { padding: 2px 24px 2px 0; font-variant-numeric: tabular-nums }`

/** @returns {string} an HTML page */
export function drawPage(result, earlier) {
  const { takenAt, runs, seconds, users, node, cpu, cores, pinned, loadAverage } = result
  const about = [
    `${takenAt.slice(0, 16).replace('T', ' ')} UTC, ${runs} ${runs === 1 ? 'run' : 'runs'} of ${seconds} s, ${users} users, Node ${node}, ${cores} × ${cpu}`,
    pinned ? 'server alone on core 0' : 'not pinned to cores',
    `load average ${figure(loadAverage)}`,
    ...(earlier ? [`compared with ${earlier.takenAt.slice(0, 16).replace('T', ' ')} (≈: within the spreads)`] : []),
  ].join('; ')
  const figures = result.scenarios
    .filter(({ parts }) => parts.length > 0)
    .map(({ title, parts }) => {
      const rows = parts.map(
        ({ name, samples }) => `<tr><td>${escaped(name)}</td><td>${escaped(spread(samples))}</td></tr>`,
      )
      return `<h2>${escaped(title)}</h2><table>${rows.join('')}</table>`
    })
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Saoma: bench</title><style>${STYLE}</style>
<h1>Saoma against its references</h1>
<p>${escaped(about)}.<br>Dot: median of the runs. Line: from the least to the most. Shaded: what is wanted.</p>
${drawSvg(result, earlier)}
<p>The figures behind the ratios: they belong to this machine and this hour. Median (min–max).</p>
${figures.join('\n')}
</html>
`
}
