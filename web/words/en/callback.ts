// The words of the page that WeChat returns to.
import type { callback as zh } from '../zh-CN/callback.js'

export const callback = {
  title: 'WeChat login',
  working: 'Finishing the login…',
  done: 'Done',
  doneText: 'Look at this page: it is signing in.',
  refused: 'Refused',
  refusedText: 'You did not allow the login in WeChat.',
  failed: 'Login not completed',
  again: 'Start again',
  scanAgain: 'Look at your computer and scan again.',
} satisfies typeof zh
