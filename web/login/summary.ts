// The state in few words: for the window's title and for those who listen to the page.
import { REASON_TEXTS } from '#shared/reasons.js'
import type { Method } from '#shared/ticket.js'
import type { Language } from '../language.js'
import { failureText } from '../reasons.js'
import type { End } from './end.js'
import type { LoginState, Phase, Shown } from './state.js'
import { type LoginTexts, texts } from './texts.js'

/** The method that the page is busy with, or would begin with. */
export function methodOf(state: LoginState): Method | null {
  const { methods } = state
  const phase = state.phase.name === 'known' ? state.phase.next : state.phase
  if ('shown' in phase) return phase.shown.ticket.method
  return ('method' in phase ? phase.method : null) ?? methods[0] ?? null
}

/** Which of the three steps the person is at, from 0; 3 when all are done, null when there is nothing to do. */
export function stepAt(phase: Phase): number | null {
  switch (phase.name) {
    case 'beginning':
      return 0
    case 'watching':
      return phase.shown.ticket.status === 'scanned' ? 2 : 0
    case 'redeeming':
    case 'consent':
    case 'signedIn':
      return 3
    default:
      return null
  }
}

/** The window's title, which a person sees while looking at another window. */
export function titleOf(phase: Phase, t: LoginTexts, site: string): string {
  const word = titleWord(phase, t)
  return site ? `${word} · ${site}` : word
}

function titleWord(phase: Phase, { titles }: LoginTexts): string {
  switch (phase.name) {
    case 'watching':
      return phase.shown.ticket.status === 'scanned' ? titles.scanned : titles.default
    case 'redeeming':
      return titles.redeeming
    case 'signedIn':
      return titles.signedIn
    case 'over':
    case 'stale':
      return titles.over
    default:
      return titles.default
  }
}

/** Heading and sentence for an end. Never empty. */
export function endText(end: End, language: Language): { title: string; text: string } {
  const t = texts[language]
  switch (end.kind) {
    case 'denied':
      return { title: t.deniedTitle, text: end.reason ? REASON_TEXTS[end.reason][language] : t.deniedText }
    case 'expired':
      return { title: t.expiredTitle, text: end.reason ? REASON_TEXTS[end.reason][language] : t.expiredText }
    case 'failed':
      return { title: t.failedTitle, text: end.reason ? REASON_TEXTS[end.reason][language] : t.failedText }
    case 'codeless':
      return { title: t.codelessTitle, text: end.reason ? REASON_TEXTS[end.reason][language] : t.failedText }
    case 'error':
      return { title: t.failedTitle, text: failureText(end.code, language) }
    case 'cookies':
      return { title: t.cookiesTitle, text: t.cookiesText }
  }
}

/** Where the two digits go. In `scene` a phone that has scanned is still to open the link that shows the question. */
export function matchCaption({ ticket }: Shown, onPhone: boolean, t: LoginTexts): string {
  if (ticket.method === 'scene' && ticket.scannedBy === null) return t.matchByLink
  return onPhone ? t.matchInWechat : t.matchCaption
}

/** What a screen reader says when the state changes. */
export function announcement({ phase, saved, onPhone }: LoginState, language: Language): string {
  const t = texts[language]
  switch (phase.name) {
    case 'watching': {
      const { ticket, matchNumber } = phase.shown
      if (ticket.status !== 'scanned') {
        if (phase.link === 'offline') return t.offline
        if (saved) return saved === ticket.id ? t.phoneSteps.scan : t.savedBefore
        return onPhone ? t.phoneTitle : t.pending
      }
      const said = matchNumber
        ? `${matchCaption(phase.shown, onPhone, t)}: ${matchNumber.split('').join(' ')}`
        : t.scannedPlain
      return `${t.scannedTitle(ticket.scannedBy?.nickname ?? '')}. ${said}`
    }
    case 'stale':
      return t.stale
    case 'redeeming':
      return phase.struggling ? t.struggling : t.redeeming
    case 'signedIn':
      return t.signedIn(phase.account.nickname)
    case 'consent':
      return `${t.consentTitle}. ${t.consentText}`
    case 'known':
      return t.known(phase.account.nickname)
    case 'over': {
      const { title, text } = endText(phase.end, language)
      return `${title}. ${text}`
    }
    case 'inWechat':
      return `${t.inWechatTitle}. ${t.inWechatText}`
    case 'unreachable':
      return `${t.unreachableTitle}. ${failureText(phase.code, language)}`
    default:
      return t.starting
  }
}
