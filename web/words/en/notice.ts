// The words of the notice page.
import type { notice as zh } from '../zh-CN/notice.js'

export const notice = {
  other: 'This did not work',
  restart: 'Start again',
  again: 'Log in again',
  login: 'Log in with WeChat',
  reload: 'Try again',
  phone: 'Open with the simulated phone',
  simulated: 'In this simulation, a simulated phone stands in for WeChat.',
  own: {
    open_in_wechat: {
      title: 'Please open this with WeChat',
      text: 'This is a WeChat login. Open WeChat on your phone and scan the code on your computer.',
    },
    open_on_computer: {
      title: 'Please open this on a computer',
      text: 'Here one logs in by scanning a code on a computer, and a phone cannot scan its own screen. Open the same link in a browser on your computer.',
    },
    wecom_unsupported: {
      title: 'Please use WeChat',
      text: 'WeCom cannot be used for this login. Open WeChat and scan the same code.',
    },
    ticket_not_attached: {
      title: 'Waiting for your computer',
      text: 'The page on your computer is not ready yet. This page tries again by itself.',
    },
    too_many_requests: {
      title: 'One moment, please',
      text: 'Too many requests have come from this network. This page tries again by itself.',
    },
    ticket_not_confirmed: { title: 'Not confirmed yet' },
    ticket_expired: {
      title: 'This code has expired',
      text: 'Look at your computer: the code renews itself, or after a click. Then scan again.',
    },
    ticket_unknown: { title: 'No such login', text: 'Reload the login page on your computer and scan again.' },
    ticket_over: { title: 'This login is over', text: 'Renew the code on your computer and scan again.' },
    ticket_redeemed: {
      title: 'This login is complete',
      text: 'A code is good for one login. To sign in again, scan a new one.',
    },
    scanned_elsewhere: {
      title: 'Scanned by another phone',
      text: 'A code belongs to the first phone that scans it. If that was not yours, show another code on your computer.',
    },
    match_number_wrong: { title: 'Not the same number' },
    state_invalid: {
      title: 'This link is not valid',
      text: 'It does not belong to this browser. Please start the login again.',
    },
    state_expired: { title: 'This link has expired', text: 'It was begun too long ago. Please start the login again.' },
    code_used: { title: 'Already used' },
    code_rejected: {
      title: 'The permission did not go through',
      text: 'WeChat did not accept it; it may have waited too long. Please log in again.',
    },
    explicit_required: {
      title: 'First time here',
      text: 'WeChat will ask you to share your nickname and avatar.',
    },
    snapshot_user: {
      title: 'You are seeing a preview',
      text: 'In a preview WeChat does not say who you are. Tap “Use full service” at the bottom, then log in.',
    },
    refused_on_phone: {
      title: 'You did not allow the login',
      text: 'Nobody was signed in. If that was a slip, log in again.',
    },
    cancelled: { title: 'This login was given up' },
    interrupted: {
      title: 'The login was interrupted',
      text: 'The server restarted in the middle of it, so nobody was signed in. Please log in again.',
    },
    platform_unreachable: {
      title: 'WeChat cannot be reached',
      text: 'WeChat did not answer. Please log in again in a moment.',
    },
    platform_busy: { title: 'WeChat is busy', text: 'Please log in again in a little while.' },
    misconfigured: {
      title: 'The WeChat login is not set up correctly',
      text: 'The fault is the site’s own. Please tell its operator.',
    },
    needs_attention: {
      title: 'The operator has to look',
      text: 'This WeChat account no longer matches what we know of it. Please contact the site’s operator.',
    },
    account_disabled: { title: 'This account is disabled', text: 'The site’s operator has disabled it.' },
    refused_by_wechat: {
      title: 'WeChat does not allow it',
      text: 'WeChat does not let this account sign in elsewhere at the moment. Look at the account’s state in WeChat.',
    },
    login_failed: { title: 'Login not completed', text: 'Please scan again.' },
    signed_out: { title: 'You are not signed in' },
    not_found: { title: 'Nothing here', text: 'The address may be misspelt, or its page is gone.' },
    method_unavailable: { title: 'Not a way to sign in here' },
    app_unknown: { title: 'No such WeChat app' },
    account_unknown: { title: 'No such account' },
    return_to_refused: { title: 'Not a place to return to' },
    origin_refused: { title: 'Request refused' },
    native_only: { title: 'For apps and programs only' },
    service_key_wrong: { title: 'A service key is missing' },
    push_refused: { title: 'Push refused' },
    busy: { title: 'We are busy' },
    internal: { title: 'Something went wrong' },
  },
  inWechat: {
    open_in_wechat: {
      text: 'This page signs people in inside WeChat only. Copy its link, send it to File Transfer in WeChat, and open it there.',
    },
    wecom_unsupported: { text: 'WeCom cannot be used for this login. Copy this page’s link and open it in WeChat.' },
    ticket_expired: { title: 'Login timed out', text: 'It was begun too long ago. Please log in again.' },
    ticket_unknown: { text: 'It is not this browser’s, or it is over. Please log in again.' },
    ticket_over: { text: 'Please log in again.' },
    ticket_redeemed: { text: 'One permission is good for one login. Please log in again.' },
    scanned_elsewhere: { title: 'Login not completed', text: 'It belongs to another phone. Please log in again.' },
    login_failed: { text: 'Please log in again.' },
  },
} satisfies typeof zh
