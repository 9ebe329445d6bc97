// The phone's half of `relay`: WeChat's browser, which opens the link in our code and is who its owner is.
import type { Confirmation } from '#shared/api.js'
import { type Answer, type Browser, createBrowser, type Site } from './browser.js'

export const WECHAT =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50'

export interface Phone {
  readonly browser: Browser
  /** Opens an address and every one it is sent on to. Returns the last answer; `trail` gets each address in turn. */
  follow(address: string, trail?: string[]): Promise<Answer>
  /** One step: opens an address and stays there. */
  visit(address: string): Promise<Answer>
  /** Opens the code's link: WeChat says silently who this is. */
  open(id: string): Promise<Answer>
  /** Opens the link, and gives WeChat's explicit consent if it is asked for. @throws when there is no question */
  scan(id: string): Promise<Confirmation>
  question(id: string): Promise<Answer>
  answer(id: string, body: { decision?: string; matchNumber?: string }): Promise<Answer>
  confirm(id: string, matchNumber: string | null): Promise<Answer>
  deny(id: string): Promise<Answer>
}

const MOST_HOPS = 8

/** @param person who holds the phone, by their name in the simulator; they allow whatever WeChat asks, at once */
export function createPhone(site: Site, person: string, agent = WECHAT): Phone {
  const browser = createBrowser(site, { 'user-agent': agent, 'x-sim-person': person })
  const visit = (address: string) => browser.get(address)

  async function follow(address: string, trail: string[] = []): Promise<Answer> {
    let next: string | null = address
    for (let hop = 0; hop < MOST_HOPS && next !== null; hop += 1) {
      trail.push(next)
      const answer = await visit(next)
      if (answer.location === null) return answer
      next = answer.location
    }
    throw new Error(`more than ${MOST_HOPS} redirects: ${trail.join(' → ')}`)
  }

  const question = (id: string) => browser.get(`/api/confirmations/${id}`)
  const asked = async (id: string): Promise<Confirmation> => {
    const answer = await question(id)
    if (answer.status !== 200) throw new Error(`no question: ${answer.status} ${answer.text}`)
    return answer.json()
  }
  const answer: Phone['answer'] = (id, body) => browser.post(`/api/confirmations/${id}`, body)
  return {
    browser,
    follow,
    visit,
    open: (id) => follow(`/t/${id}`),
    async scan(id) {
      await follow(`/t/${id}`)
      const first = await asked(id)
      if (first.needsExplicit === null) return first
      await follow(first.needsExplicit)
      return asked(id)
    },
    question,
    answer,
    confirm: (id, matchNumber) => answer(id, { decision: 'confirm', ...(matchNumber === null ? {} : { matchNumber }) }),
    deny: (id) => answer(id, { decision: 'deny' }),
  }
}
