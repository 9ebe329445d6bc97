// An account page without a browser: its machine over ports that the test answers for.
import type { OwnAccount, OwnLogins, OwnSessions } from '#shared/api.js'
import { createAccount } from '../../web/account/machine.js'
import type { Ending } from '../../web/account/state.js'
import type { Answer } from '../../web/http.js'
import { ada, says, site } from './login-world.js'
import { heldSockets, manualTimers, wakes } from './world.js'

export const doors: OwnAccount['doors'] = [{ app: 'mp', kind: 'official', linkedAt: 1, lastUsedAt: 2 }]

const [own, other, third]: OwnSessions['sessions'] = ['ses_1', 'ses_2', 'ses_3'].map((id) => ({
  ...ada.session,
  ...{ id, current: id === 'ses_1', kind: 'browser', name: 'Firefox · Linux' },
}))
export const devices = { sessions: [own, other, third], serverTime: 7 } as OwnSessions

export interface Answers {
  sessions?: (nth: number) => Answer<OwnSessions>
  endSessions?: (nth: number) => Answer<void>
  account?: () => Answer<OwnAccount>
  exportData?: () => Answer<unknown>
  logins?: () => Answer<OwnLogins>
  erase?: (nth: number) => Answer<void>
}

/** A page over what the test answers for it. */
export function page(
  session: (nth: number) => Answer<typeof ada> = () => says(ada),
  logOut: () => Answer<void> = () => says(undefined),
  answers: Answers = {},
) {
  const timers = manualTimers()
  const sockets = heldSockets()
  const waking = wakes()
  const left: string[] = []
  const files: string[] = []
  let asked = 0
  let erased = 0
  let listed = 0
  const ended: Ending[] = []
  const machine = createAccount({
    timers,
    openSocket: sockets.open,
    onWake: waking.on,
    session: async () => session(++asked),
    config: async () => says(site),
    account: async () => answers.account?.() ?? says({ account: ada.account, doors }),
    sessions: async () => {
      listed += 1
      return answers.sessions?.(listed) ?? says(devices)
    },
    logins: async () => answers.logins?.() ?? says({ logins: [], keptDays: 180, serverTime: 5 }),
    endSessions: async (which) => {
      ended.push(which)
      return answers.endSessions?.(ended.length) ?? says(undefined)
    },
    logOut: async () => logOut(),
    exportData: async () => answers.exportData?.() ?? says({ account: { id: 'acc_1' } }),
    erase: async () => {
      erased += 1
      return answers.erase?.(erased) ?? says(undefined)
    },
    save: (text) => files.push(text),
    leave: (to) => left.push(to),
  })
  return { machine, timers, sockets, waking, left, files, ended, erased: () => erased }
}
