// What was measured: samples of every run, their median and spread, and what an earlier run had.

/** @returns {number} the value below which this share of the numbers lies */
export function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function summary(samples) {
  const sorted = samples.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  return { median, min: sorted[0], max: sorted.at(-1) }
}

/**
 * @typedef {object} Row one ratio, or a figure that has a bar of its own
 * @property {string} id
 * @property {string} what
 * @property {number} [atLeast] the bar, which the median has to reach
 * @property {number} [atMost]
 * @property {string} [unit] × unless given
 * @property {number[]} samples one a run
 */

/** Collects the outcomes of one scenario's runs. */
export function collect({ id, title, rows }, outcomes) {
  const partNames = [...new Set(outcomes.flatMap(({ parts }) => Object.keys(parts)))]
  const samplesOf = (of, name) => outcomes.map((outcome) => outcome[of][name]).filter(Number.isFinite)
  return {
    ...{ id, title },
    rows: rows.map((row) => ({ unit: '×', ...row, samples: samplesOf('values', row.id) })),
    parts: partNames.map((name) => ({ name, samples: samplesOf('parts', name) })),
    failures: outcomes.flatMap(({ failures }) => failures),
    skipped: [...new Set(outcomes.flatMap(({ skipped = [] }) => skipped))],
  }
}

/** Whether the bar is reached; a row without samples reaches none. */
export function isMet({ atLeast, atMost, samples }) {
  if (samples.length === 0) return false
  const { median } = summary(samples)
  return (atLeast === undefined || median >= atLeast) && (atMost === undefined || median <= atMost)
}

export const barOf = ({ atLeast, atMost }) => (atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`)

/** Three significant digits, and no exponent. */
export function figure(number) {
  if (!Number.isFinite(number)) return '–'
  if (Math.abs(number) >= 100) return Math.round(number).toLocaleString('en')
  return String(Number(number.toPrecision(3)))
}

export function spread(samples) {
  const { median, min, max } = summary(samples)
  return samples.length === 0 ? '–' : `${figure(median)} (${figure(min)}–${figure(max)})`
}

/** What an earlier result has for this row, and whether the two spreads lie apart. */
export function compare(earlier, scenarioId, { id, samples }) {
  const before = earlier?.scenarios.find((one) => one.id === scenarioId)?.rows.find((row) => row.id === id)
  if (!before || before.samples.length === 0 || samples.length === 0) return null
  const [then, now] = [summary(before.samples), summary(samples)]
  const change = now.median / then.median - 1
  // One run has no spread, and two have next to none.
  const known = Math.min(samples.length, before.samples.length) >= 3
  const apart = known && (now.min > then.max || now.max < then.min)
  return { before: then.median, text: `${apart ? '' : '≈ '}${change >= 0 ? '+' : ''}${Math.round(change * 100)} %` }
}

/** The tables, ratios first. */
export function printTables(result, earlier) {
  for (const scenario of result.scenarios) {
    console.log(`\n${scenario.title}`)
    const rows = scenario.rows.map((row) => {
      const was = compare(earlier, scenario.id, row)
      return {
        '': row.what,
        'median (min–max)': `${spread(row.samples)} ${row.unit}`.trim(),
        wanted: barOf(row),
        met: row.samples.length === 0 && scenario.skipped.length > 0 ? 'skipped' : isMet(row) ? 'yes' : 'no',
        ...(was ? { before: figure(was.before), change: was.text } : {}),
      }
    })
    printColumns(rows)
    printColumns(scenario.parts.map(({ name, samples }) => ({ '': `  ${name}`, '  ': spread(samples) })))
    for (const why of scenario.skipped) console.log(`  SKIPPED: ${why}`)
    const failures = new Map()
    for (const failure of scenario.failures) {
      const why = failure.replace(/req_[\w-]+/, 'req_…')
      failures.set(why, (failures.get(why) ?? 0) + 1)
    }
    if (scenario.failures.length > 0) console.log(`  FAILED: ${scenario.failures.length}`)
    for (const [why, times] of [...failures].slice(0, 5)) console.log(`    ${times} × ${why}`)
  }
}

function printColumns(rows) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const width = (name) => Math.max(name.length, ...rows.map((row) => String(row[name] ?? '').length))
  const line = (cells) => `  ${cells.join('  ').trimEnd()}`
  if (names.some((name) => name.trim() !== '')) console.log(line(names.map((name) => name.padEnd(width(name)))))
  for (const row of rows) console.log(line(names.map((name) => String(row[name] ?? '').padEnd(width(name)))))
}
