// What a person with a phone does in `relay`: opens the code, is looked at by WeChat, consents, answers.
import type { CallbackInput } from '#server/core/login/callback.js'
import type { Answer } from './fake-platform.js'
import { APPS, type World } from './world.js'

/** A phone with its own secret cookie. */
export function createPhone(world: World, secret: string = world.phone) {
  const { login, wechat, stateOf } = world
  let codes = 0

  const arrive = (state: string, answer: Answer | Error | null, input: Partial<CallbackInput> = {}) => {
    const code = answer && `phone-code-${secret.slice(0, 6)}-${codes++}`
    if (code && answer) wechat.says(code, answer)
    return world.arrive({ state, code, app: APPS.mp, browserSecret: null, phoneSecret: secret, ...input })
  }
  const phone = {
    arrive,
    open: (ticketId: string) => login.openOnPhone(ticketId, secret),
    /** The state with which WeChat will come back after the link was opened. */
    async stateFrom(ticketId: string): Promise<string> {
      const entry = await phone.open(ticketId)
      return entry.kind === 'authorize' ? stateOf(entry.url) : ''
    },
    /** Opens the code and comes back from WeChat's silent look. */
    async scan(ticketId: string, answer: Answer | Error | null, input: Partial<CallbackInput> = {}) {
      return arrive(await phone.stateFrom(ticketId), answer && base(answer), input)
    },
    /** Presses the button that leads to WeChat's consent, and comes back. */
    async consent(ticketId: string, answer: Answer | Error | null) {
      const { needsExplicit } = await phone.question(ticketId)
      return arrive(stateOf(needsExplicit), answer && explicit(answer))
    },
    question: (ticketId: string) => login.readQuestion(ticketId, secret),
    confirm: (ticketId: string, matchNumber: string | undefined) =>
      login.decideOnPhone(ticketId, secret, { decision: 'confirm', matchNumber }),
    deny: (ticketId: string) => login.decideOnPhone(ticketId, secret, { decision: 'deny', matchNumber: undefined }),
  }
  return phone
}

function base(answer: Answer | Error): Answer | Error {
  return answer instanceof Error ? answer : { ...answer, scopes: ['snsapi_base'] }
}

function explicit(answer: Answer | Error): Answer | Error {
  return answer instanceof Error ? answer : { ...answer, scopes: ['snsapi_userinfo'] }
}

/** A `relay` ticket that the PC shows and is attached to, and the number beside it. */
export async function showCode(world: World, appKey = 'mp') {
  const begun = world.login.begin({ method: 'relay', appKey, secret: world.browser, language: 'zh' })
  await world.attach(begun.ticket.id)
  return { id: begun.ticket.id, number: begun.matchNumber ?? '' }
}

/** A number that is not the one on the screen. */
export function wrong(number: string): string {
  return String((Number(number) + 1) % 100).padStart(2, '0')
}
