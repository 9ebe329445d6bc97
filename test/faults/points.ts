// The moments at which the program is killed (hook.mjs), by the method whose login passes them.

const EXCHANGE = [
  'before claim',
  'after claim',
  'before commit of claim',
  'after commit of claim',
  'before exchange',
  'exchange sent',
  'exchange answered',
] as const
const DECISION = [
  'profile answered',
  'after account',
  'after unionid',
  'after identity',
  'after confirmed',
  'before commit of confirmed',
  'after commit of confirmed',
  'before push',
  'after push',
] as const
const REDEEM = [
  'before redeemed',
  'after redeemed',
  'after session',
  'before commit of session',
  'after commit of session',
  'before Set-Cookie',
  'before the answer to the redeem',
] as const

/** In `relay` the scan and the confirmation are two transactions; the profile is read in between. */
export const POINTS = {
  website: [...EXCHANGE, ...DECISION, 'after outcome', ...REDEEM],
  relay: [...EXCHANGE, 'after scanned', 'after commit of scanned', ...DECISION.slice(1), ...REDEEM],
} as const
