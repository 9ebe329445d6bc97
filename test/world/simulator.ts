// The real simulator on a free port, with its controls and with the phone that answers WeChat's own code.
import { createSimulator, type SimulatorOptions } from '#server/simulator/simulator.js'
import type { TicketBegun } from '#shared/ticket.js'

export interface SimApp {
  readonly key: string
  readonly kind: string
  readonly appid: string
  readonly secret: string
  readonly openPlatform: string | null
  readonly notify: { readonly token: string; readonly aesKey: string }
}

export interface Calls {
  readonly byPath: Record<string, number>
  /** How often each code reached the exchange. */
  readonly byCode: Record<string, number>
}

/** What WeChat's page has in hand once its code was scanned and allowed. */
export interface WebsiteScan {
  readonly code: string
  readonly state: string
  /** Where WeChat's page navigates to. */
  readonly callback: string
}

/** What a site made of a push: every delivery, and what the person reads of it in the account's chat. */
export interface Pushed {
  readonly deliveries: readonly {
    readonly status: number | null
    readonly body: string
    readonly trouble: string | null
  }[]
  readonly outcome: 'done' | 'reply' | 'trouble' | 'nowhere'
  readonly reply: { readonly text: string; readonly links: readonly string[] } | null
}

/** What a person has on the phone after scanning a code with a scene. */
export interface SceneScan extends Pushed {
  /** `subscribe` for whoever did not follow before. */
  readonly event: 'subscribe' | 'SCAN'
  /** The account's answer, and the first link in it. */
  readonly text: string | null
  readonly link: string | null
}

export type TestSimulator = Awaited<ReturnType<typeof startSimulator>>
export type SimulatorControl = ReturnType<typeof controlSimulator>

/**
 * One of our own in this process. @param publicUrl the site that redirects may go to
 * @param more e.g. `siteServer`, where pushes reach that site if not at its address
 */
export async function startSimulator(publicUrl: string, more: SimulatorOptions = {}) {
  const simulator = createSimulator({
    siteOrigins: [publicUrl],
    callbackDomains: ['localhost', '127.0.0.1', new URL(publicUrl).hostname],
    pollHoldMs: 1_000,
    ...more,
  })
  const { url, close } = await simulator.listen(0, '127.0.0.1')
  return { ...controlSimulator(url), close }
}

/** Speaks to a simulator that runs already. */
export function controlSimulator(url: string) {
  const json = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(url + path, init)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
  const order = (path: string, body: unknown) =>
    json(`/sim/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  let people = 0

  return {
    url,
    apps: async (): Promise<readonly SimApp[]> => (await json('/sim/apps')).apps,
    /** Somebody nobody has met: their name. */
    async newPerson(more: Record<string, unknown> = {}): Promise<string> {
      people += 1
      const name = `person-${people}`
      await order('people', { name, nickname: `Person ${people}`, ...more })
      return name
    },
    /** Changes what is known of a person. */
    putPerson: (name: string, more: Record<string, unknown>) => order('people', { name, ...more }),
    fault: (fault: Record<string, unknown>) => order('faults', fault),
    clearFaults: () => json('/sim/faults', { method: 'DELETE' }),
    advance: (advanceMs: number) => order('clock', { advanceMs }),
    /** A code as this person would bring it from this app. */
    code: async (app: string, person: string, scope?: string): Promise<string> =>
      (await order('code', { app, person, ...(scope === undefined ? {} : { scope }) })).code,
    calls: (): Promise<Calls> => json('/sim/calls'),
    /** Changes an app, e.g. `{ push: { mode: 'plain' } }`. */
    putApp: (key: string, more: Record<string, unknown>) => order('apps', { key, ...more }),
    /** Pushes an event about `person` to the site of `app`; resolves with what became of it. */
    event: (app: string, person: string, event: string, more: Record<string, unknown> = {}): Promise<Pushed> =>
      order('events', { app, person, event, ...more }),
    /** The person follows the official account without a code. */
    follow: (app: string, person: string): Promise<Pushed> => order('events', { app, person, event: 'subscribe' }),
    /** The person scans the code whose text is `url` (`…/connect/confirm?uuid=`) and allows the login. */
    async confirmScan(url: string, person: string): Promise<void> {
      await reply(new URL(url).searchParams.get('uuid') ?? '', person, 'allow')
    },
    /** The person scans the code whose text is `url` (`…/q/…`), follows if they do not yet, and reads the answer. */
    async scanScene(url: string, person: string): Promise<SceneScan> {
      const { pathname } = new URL(url)
      const scanned = await json(pathname, { headers: { 'x-sim-person': person } })
      return { ...scanned, text: scanned.reply?.text ?? null, link: scanned.reply?.links[0] ?? null }
    },
    /** WeChat's check of the app's push address, as when an operator saves it. */
    checkPushAddress: (app: string): Promise<{ ok: boolean; status: number | null; body: string }> =>
      order('push-check', { app }),
    /** How often a code was exchanged or a profile read, all in all. */
    async upstream(): Promise<number> {
      const { byPath } = (await json('/sim/calls')) as Calls
      return Object.entries(byPath).reduce((sum, [path, count]) => sum + (path.startsWith('/sns/') ? count : 0), 0)
    },

    /** WeChat's page shows its code, `person` scans and allows it. */
    async websiteScan({ embedUrl }: Pick<TicketBegun, 'embedUrl'>, person: string): Promise<WebsiteScan> {
      const page = new URL(embedUrl ?? '')
      const uuid = await uuidOf(page)
      await reply(uuid, person, 'allow')
      const poll = await json(`/connect/l/qrconnect?f=json&uuid=${uuid}`)
      const code = String(poll.wx_code)
      const state = page.searchParams.get('state') ?? ''
      const callback = new URL(page.searchParams.get('redirect_uri') ?? '')
      callback.searchParams.set('code', code)
      callback.searchParams.set('state', state)
      return { code, state, callback: callback.href }
    },
    /** The person scans and refuses: WeChat's page goes nowhere. Returns what its poll is told. */
    async websiteRefusal({ embedUrl }: Pick<TicketBegun, 'embedUrl'>, person: string): Promise<number> {
      const uuid = await uuidOf(new URL(embedUrl ?? ''))
      await reply(uuid, person, 'deny')
      return (await json(`/connect/l/qrconnect?f=json&uuid=${uuid}`)).wx_errcode
    },
  }

  async function uuidOf(page: URL): Promise<string> {
    const answer = await fetch(`${page.origin}${page.pathname}${page.search}&f=xml`)
    const uuid = /<uuid>([\w-]+)<\/uuid>/.exec(await answer.text())?.[1]
    if (uuid === undefined) throw new Error(`WeChat's page shows no code: ${page.href}`)
    return uuid
  }

  async function reply(uuid: string, person: string, allow: 'allow' | 'deny'): Promise<void> {
    await json('/connect/confirm_reply', {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ uuid, person, allow }),
    })
  }
}
