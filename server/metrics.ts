// What the service counts of itself, as Prometheus reads it. Labels are words of small closed sets: nothing in here tells
// of a person, a ticket or an address.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Reading } from './console/numbers.js'
import type { Meter } from './core/ports.js'

export interface Metrics extends Meter {
  /** What `/metrics` answers, and its content type. */
  text(): Promise<string>
  readonly contentType: string
  /** `read` is called each time the metrics are. */
  gauge(name: string, help: string, read: () => number): void
  /** The counters that the console shows. */
  reading(): Promise<Reading>
  /** Ends its watch over the event loop. */
  stop(): void
}

/** Seconds: a page in the same room hears within milliseconds, one that polls within seconds. */
const PUSH_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const ANSWER_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** WeChat documents some hundred errcodes. Whoever answers in its place may make up more, and each would be a series. */
const MOST_ERRCODES = 200
function createErrcodeWords(): (errcode: number) => string {
  const known = new Set<number>()
  return (errcode) => {
    if (known.size < MOST_ERRCODES) known.add(errcode)
    return known.has(errcode) ? String(errcode) : 'other'
  }
}

/** How often each word of one label was counted, whatever the others say. */
async function sums<L extends string>(counter: Counter<L>, label: L): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const { labels, value } of (await counter.get()).values) {
    const word = String(labels[label])
    found.set(word, (found.get(word) ?? 0) + value)
  }
  return found
}

/** How many observations were no longer than each bound. */
async function buckets(histogram: Histogram): Promise<Reading['push']> {
  const { values } = await histogram.get()
  return values.flatMap(({ labels, value, metricName }) =>
    metricName?.endsWith('_bucket') ? [{ leMs: boundOf(labels) * 1000, count: value }] : [],
  )
}

function boundOf(labels: { readonly le?: string | number }): number {
  return labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
}

/** Counters of one node. Two nodes in one process count apart. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `saoma_${name}_total`, help, labelNames: [...labelNames], registers })
  const histogram = <L extends string>(name: string, help: string, buckets: number[], labelNames: readonly L[]) =>
    new Histogram({ name: `saoma_${name}_seconds`, help, buckets, labelNames: [...labelNames], registers })
  const gauge = (name: string, help: string, read: () => number): void => {
    const made: Gauge = new Gauge({
      name,
      help,
      registers,
      collect(): void {
        made.set(read())
      },
    })
  }

  const begun = counter('tickets_begun', 'Tickets begun.', ['method'])
  const ended = counter('tickets_ended', 'Attached tickets that reached their end.', ['method', 'status', 'reason'])
  const logins = counter('logins', 'Sessions made.', ['method'])
  const refused = counter('refusals', 'Answers with an error, by its code.', ['code'])
  const limited = counter('rate_limited', 'Requests and sockets turned away by a rate limit.', ['rule'])
  const calls = counter('wechat_calls', 'Calls to WeChat, by path and what came of them.', ['path', 'outcome'])
  const errcodes = counter('wechat_refusals', 'Answers of WeChat with an errcode.', ['errcode'])
  const hinted = counter('hints', 'Hints between nodes over Redis, by what became of them.', ['way'])
  const pushed = histogram('push', 'From the news that a ticket moved to its page being told.', PUSH_BUCKETS, [])
  const answered = histogram('http_request', 'Requests, from arrival to answer.', ANSWER_BUCKETS, ['status'])

  const errcodeWord = createErrcodeWords()
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const seconds = (nanoseconds: number): number => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0)
  gauge('saoma_event_loop_delay_p50_seconds', 'Event loop delay since the last reading.', () =>
    seconds(delay.percentile(50)),
  )
  // The last of the three readings, in the order in which they are told, begins anew.
  gauge('saoma_event_loop_delay_p99_seconds', 'Event loop delay since the last reading.', () =>
    seconds(delay.percentile(99)),
  )
  gauge('saoma_event_loop_delay_max_seconds', 'Event loop delay since the last reading.', () => {
    const { max } = delay
    delay.reset()
    return seconds(max)
  })
  gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
  gauge('nodejs_heap_used_bytes', 'JavaScript objects.', () => process.memoryUsage().heapUsed)
  gauge('process_cpu_seconds_total', 'Processor time since start.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  gauge('process_uptime_seconds', 'Time since start.', () => process.uptime())

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    gauge,
    stop: () => void delay.disable(),
    reading: async () => ({
      logins: await sums(logins, 'method'),
      ended: await sums(ended, 'status'),
      refusals: await sums(refused, 'code'),
      wechat: await sums(errcodes, 'errcode'),
      push: await buckets(pushed),
    }),
    ticketBegun: (method) => begun.inc({ method }),
    ticketEnded: (method, status, reason) => ended.inc({ method, status, reason: reason ?? '' }),
    loggedIn: (method) => logins.inc({ method }),
    refused: (code) => refused.inc({ code }),
    limited: (rule) => limited.inc({ rule }),
    calledWechat: (path, outcome) => calls.inc({ path, outcome }),
    wechatRefused: (errcode) => errcodes.inc({ errcode: errcodeWord(errcode) }),
    hinted: (way, hints) => hinted.inc({ way }, hints),
    pushed: (ms) => pushed.observe(ms / 1000),
    answered: (status, ms) => answered.observe({ status: `${Math.floor(status / 100)}xx` }, ms / 1000),
  }
}
