// One plot that moves. The canvas is for eyes; what it shows last stands beside it in words.
import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { numberText } from '../dates.js'
import type { Language } from '../language.js'
import type { Plot } from './numbers.js'
import { named, texts } from './texts.js'

const HEIGHT = 132
const COLOURS = 6
/** Seconds between two times that are written below: whole minutes, for no shorter time is written. */
const MINUTES = [60, 120, 300, 600, 900, 1_200, 1_800, 3_600]
/** What things are counted in. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]

export function PlotView({ plot, language }: { plot: Plot; language: Language }) {
  const t = texts[language]
  const quiet = plot.lines.every(({ values }) => values.every((value) => value === null || value === 0))
  const label = (word: string) => named(t.lines, plot.name === 'logins' ? named(methodWords(language), word) : word)
  const lines = plot.lines.map(({ word, values }) => ({
    name: label(word),
    now: lastOf(values),
  }))
  const said = lines.map(({ name, now }) => `${name} ${now === null ? '–' : numberText(now, language)}`)
  return (
    <figure class="plot">
      <figcaption>{t.plots[plot.name]}</figcaption>
      <Canvas plot={plot} label={`${t.plots[plot.name]}. ${quiet ? t.plotQuiet : t.plotNow(said.join(', '))}`} />
      <ul class="legend small">
        {quiet && plot.name !== 'waiting' ? (
          <li class="muted">{t.plotQuiet}</li>
        ) : (
          lines.map(({ name, now }, index) => (
            <li key={name}>
              <span class={`dot line-${index % COLOURS}`} /> <bdi>{name}</bdi>{' '}
              <strong>{now === null ? '–' : numberText(now, language)}</strong>
            </li>
          ))
        )}
      </ul>
    </figure>
  )
}

function Canvas({ plot, label }: { plot: Plot; label: string }) {
  const place = useRef<HTMLDivElement>(null)
  const drawn = useRef<uPlot | null>(null)
  const scheme = useScheme()
  const shape = plot.lines.map(({ word }) => word).join()
  const data: uPlot.AlignedData = [[...plot.at], ...plot.lines.map(({ values }) => [...values])]
  // Other lines, or other colours, make another plot; else only its numbers change.
  useEffect(() => {
    const element = place.current
    if (!element) return
    const made = new uPlot(options(element, plot), data, element)
    drawn.current = made
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      drawn.current = null
      made.destroy()
    }
  }, [shape, scheme])
  useEffect(() => drawn.current?.setData(data))
  return <div class="canvas" ref={place} role="img" aria-label={label} />
}

function options(element: HTMLElement, { name, lines }: Plot): uPlot.Options {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name)
  const font = `11px ${style.fontFamily}`
  const axis: uPlot.Axis = {
    stroke: colour('--muted'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, size: 24, incrs: MINUTES, values: (_, ticks) => ticks.map(clockText) },
      { ...axis, size: 40, space: 28, ...(name === 'push' ? {} : { incrs: WHOLE }) },
    ],
    series: [
      {},
      ...lines.map((_, index) => ({
        stroke: colour(`--line-${index % COLOURS}`),
        width: 1.6,
        points: { show: false },
        spanGaps: true,
      })),
    ],
  }
}

function clockText(seconds: number): string {
  const at = new Date(seconds * 1000)
  return `${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`
}

function lastOf(values: readonly (number | null)[]): number | null {
  for (let n = values.length - 1; n >= 0; n -= 1) {
    const value = values[n] ?? null
    if (value !== null) return value
  }
  return null
}

/** Changes when the visitor's machine turns light or dark. */
function useScheme(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)')
    const changed = () => setDark(query.matches)
    query.addEventListener('change', changed)
    return () => query.removeEventListener('change', changed)
  }, [])
  return dark
}

function methodWords(language: Language): Readonly<Record<string, string>> {
  return texts[language].methods
}
