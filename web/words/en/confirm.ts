// The words of the phone’s page.
import type { confirm as zh } from '../zh-CN/confirm.js'

export const confirm = {
  title: 'You are signing in on another device',
  loading: 'Reading the request…',
  device: (browser, os) => [browser, os].filter(Boolean).join(' · ') || 'Unknown device',
  place: 'Place',
  address: 'Address',
  requested: 'Opened',
  elsewhere: 'This device is not where you usually sign in. If it is not you, refuse.',
  warning: 'If you did not open that page yourself, refuse.',
  as: 'Signing in as',
  unnamed: 'WeChat user',
  matchLabel: 'Type the two digits on the computer',
  explicitHint: 'Next, WeChat asks you to share your name and picture.',
  wrong: (left) =>
    left > 0 ? `Not the same number. ${left} more ${left === 1 ? 'try' : 'tries'}.` : 'Not the same number.',
  refuse: 'Refuse',
  confirm: 'Confirm',
  continue: 'Continue',
  sending: 'Sending…',
  ends: {
    confirmed: { title: 'Confirmed', text: 'Look at your computer: it is signing in. You can close this page.' },
    denied: {
      title: 'Refused',
      text: 'That device was not signed in. If you did not open its page, there is nothing else to do.',
    },
    expired: {
      title: 'Expired',
      text: 'The request ran out or was given up. Renew the code on the computer and scan again.',
    },
    failed: { title: 'Not signed in', text: 'Your computer says why. Please scan again.' },
  },
  wrongNumberEnd: 'Too many wrong numbers, so this login was cancelled. Show another code on the computer and scan it.',
  forPhone: {
    title: 'You are signing another browser in',
    matchLabel: 'Type the two digits from that browser',
    ends: {
      confirmed: 'Go back to your browser: it is signing in. You can close this page.',
      denied: 'That browser was not signed in. If you did not open its page, there is nothing else to do.',
      expired: 'The request ran out or was given up. Go back to that browser, save its new code and scan it.',
      failed: 'That browser says why. Please scan again.',
    },
    wrongNumberEnd: 'Too many wrong numbers, so this login was cancelled. Show another code in that browser.',
  },
  lostTitle: 'Nothing to confirm here',
  lostText:
    'Open this page by scanning the code on the computer with WeChat, or by the link that the account sent you. If you just did, another phone may have it, or its cookie was cleared.',
  retry: 'Try again',
  close: 'Close',
} satisfies typeof zh
