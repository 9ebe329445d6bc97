// The calls of apps: a mobile app or a mini program got a code from WeChat on its own device, and wants a bearer session.
// No ticket: the app that brings the code is the one that is signed in.
import type { SessionMethod } from '#shared/api.js'
import type { ErrorCode } from '#shared/errors.js'
import type { Reason } from '#shared/ticket.js'
import { REDEEM_AGAIN_MS } from '#shared/ticket.js'
import { holdAccount, resolveAccount } from '../account/account.js'
import { type Asked, consentDueBy, lacksConsent, noteConsent } from '../account/consent.js'
import { person } from '../audit.js'
import { AppError } from '../errors.js'
import { signIn } from '../identity/sign-in.js'
import { mintId } from '../ids.js'
import { sha256Of } from '../keyring.js'
import type { AccountRecord, AppKind, CallbackOutcome, CallbackRecord, Device, Proof, Tx, WechatApp } from '../ports.js'
import { mintSecret } from '../secrets.js'
import { sessionExpiry, sessionHash } from '../session/session.js'
import { inTransaction } from '../transaction.js'
import type { LoginContext } from './context.js'
import { alive, outcomeOf } from './interrupted.js'
import { askWechat, reasonOf } from './prove.js'

export interface AppLoginInput {
  readonly kind: Extract<AppKind, 'mobile' | 'miniprogram'>
  readonly appKey: string
  readonly code: string
  /** The app's own random text, the same in every repetition; empty when it sends none, and will not repeat. */
  readonly attempt: string
  /** The version of the site's agreement that the person has agreed to in the app, if any. */
  readonly consent?: string | undefined
  readonly device: Device
}

export interface AppLoggedIn {
  /** The bearer token: 256 bits, kept nowhere on our side but as a hash. */
  readonly token: string
  readonly account: AccountRecord
  readonly expiresAt: number
}

const METHOD_OF = { mobile: 'mobile', miniprogram: 'mini-program' } as const satisfies Record<
  AppLoginInput['kind'],
  SessionMethod
>

/** What an app is told for each reason that such a login can end with. */
const ERROR_OF: Partial<Record<Reason, ErrorCode>> = {
  code_rejected: 'code_rejected',
  refused_by_wechat: 'refused_by_wechat',
  snapshot_user: 'refused_by_wechat',
  account_disabled: 'account_disabled',
  needs_attention: 'needs_attention',
  platform_unreachable: 'platform_unreachable',
  platform_busy: 'platform_busy',
  misconfigured: 'misconfigured',
  consent_required: 'consent_required',
}

/**
 * Spends the code and makes a bearer session. Some HTTP stacks send a request again when its answer is slow: the same
 * code with the same attempt gets the same session for 60 s, and the code reaches WeChat once.
 * @throws AppError `app_unknown`, `code_used`, `code_rejected`, `refused_by_wechat`, `account_disabled`,
 *   `needs_attention`, `consent_required`, `platform_unreachable`, `platform_busy`, `misconfigured`, `login_failed`
 */
export async function loginWithCode(context: LoginContext, input: AppLoginInput): Promise<AppLoggedIn> {
  const app = context.apps.find(({ key, kind }) => key === input.appKey && kind === input.kind)
  if (!app) throw new AppError('app_unknown')
  const record: CallbackRecord = {
    stateHash: sha256Of('app-login', app.key, input.code),
    codeHash: sha256Of(app.key, input.code),
    phoneHash: null,
    ticketId: '',
    startedAt: context.clock(),
    beat: 0,
    outcome: null,
  }
  // Without an attempt there is nothing that only the app knows: then nobody may repeat it.
  const token = input.attempt === '' ? mintSecret(context.random) : deriveToken(context, app, input)
  const first = await context.store.write((tx) => tx.callbacks.claim(record))
  const outcome = first
    ? await alive(context, record.stateHash, () => spend(context, app, input, record, token))
    : await firstOutcome(context, record)
  if (outcome.status !== 'redeemed') throw refusal(outcome)
  if (first) context.meter?.loggedIn(METHOD_OF[input.kind])
  return first ? signedIn(context, token) : repeated(context, token)
}

async function spend(
  context: LoginContext,
  app: WechatApp,
  input: AppLoginInput,
  record: CallbackRecord,
  token: string,
): Promise<CallbackOutcome> {
  try {
    const proof = await prove(context, app, input.code)
    if ('reason' in proof) return await finish(context, record, { status: 'failed', reason: proof.reason })
    const due = await consentDueBy(context, proof)
    if (lacksConsent({ due, given: input.consent })) throw new Unasked()
    return await inTransaction(context.store, async (tx) => {
      const outcome = await makeSession(tx, proof, due)
      // An arrival that came after the lease has told its visitor that this one is lost: then it is.
      if (!(await tx.callbacks.finish(record.stateHash, outcome))) throw new Overtaken()
      return outcome
    })
  } catch (error) {
    if (error instanceof Overtaken) return { status: 'failed', reason: 'interrupted' }
    if (error instanceof Unasked) return finish(context, record, { status: 'failed', reason: 'consent_required' })
    const reason = reasonOf(error)
    if (reason === null) context.log.error('app_login.broken', { app: app.key, error })
    return finish(context, record, { status: 'failed', reason: reason ?? 'interrupted' })
  }

  async function makeSession(tx: Tx, proof: Proof, due: string | null): Promise<CallbackOutcome> {
    const method = METHOD_OF[input.kind]
    const { device } = input
    const found = await signIn(tx, context.random, proof, { method, device })
    if (!found.ok) return { status: 'failed', reason: found.reason }
    // Whose account was deleted since it was looked up is somebody new, who has agreed to nothing.
    const isNew = found.decision.kind === 'create'
    const asked: Asked = { due: isNew ? context.agreementVersion : due, given: input.consent }
    if (lacksConsent(asked)) throw new Unasked()
    const account = await holdAccount(tx, found.accountId)
    if (account?.status !== 'active') return { status: 'failed', reason: 'account_disabled' }
    const now = context.clock()
    const id = mintId('ses', context.random)
    const inserted = await tx.sessions.insert({
      hash: sessionHash(token),
      id,
      accountId: account.id,
      kind: 'bearer',
      method,
      appKey: app.key,
      device,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: sessionExpiry(context.sessionLimits, now, now),
      renewal: null,
    })
    if (!inserted) throw new Error('A bearer token was derived twice.')
    const whose = { accountId: account.id, method, appKey: app.key }
    await noteConsent(tx, asked, { ...whose, givenAt: now })
    await tx.audit.append({ at: now, act: 'login', who: person(device), ...whose, subject: id })
    return { status: 'redeemed', reason: null }
  }
}

async function prove(context: LoginContext, app: WechatApp, code: string): Promise<Proof | { reason: Reason }> {
  if (app.kind !== 'miniprogram') return askWechat(context, app, code, 'mobile')
  const { openid, unionid } = await context.platform.exchangeJsCode(app, code)
  const { appid, platform, key: appKey } = app
  if (unionid === null && app.bound) context.log.warn('identity.unionid_missing', { app: appKey, appid })
  return { appKey, appid, platform, openid, unionid, profile: null, provedAt: context.clock() }
}

async function finish(
  context: LoginContext,
  record: CallbackRecord,
  outcome: CallbackOutcome,
): Promise<CallbackOutcome> {
  await context.store.write((tx) => tx.callbacks.finish(record.stateHash, outcome))
  return outcome
}

/** The code came before, here or by another way: waits for the outcome of that. */
async function firstOutcome(context: LoginContext, { stateHash }: CallbackRecord): Promise<CallbackOutcome> {
  const known = await context.store.read.callbacks.find(stateHash)
  if (!known) throw new AppError('code_used')
  return outcomeOf(context, known)
}

/** The session was made elsewhere for this very code and attempt, a moment ago; else the code is simply used. */
async function repeated(context: LoginContext, token: string): Promise<AppLoggedIn> {
  const now = context.clock()
  const session = await context.store.read.sessions.find(sessionHash(token), now)
  if (!session || now >= session.createdAt + REDEEM_AGAIN_MS) throw new AppError('code_used')
  return signedIn(context, token)
}

async function signedIn(context: LoginContext, token: string): Promise<AppLoggedIn> {
  const session = await context.store.read.sessions.find(sessionHash(token), context.clock())
  const account = session && (await resolveAccount(context.store.read, session.accountId))
  if (!session || account?.status !== 'active') throw new AppError('code_used')
  return { token, account, expiresAt: session.expiresAt }
}

function refusal({ reason }: CallbackOutcome): AppError {
  const code = (reason && ERROR_OF[reason]) ?? 'login_failed'
  return new AppError(code, { details: { reason } })
}

/** 256 bits that only the server's key, the code and the app's attempt together can produce. */
function deriveToken(context: LoginContext, app: WechatApp, { code, attempt }: AppLoginInput): string {
  const material = JSON.stringify(['app-login', app.key, code, attempt])
  return context.keyring.mac('session', Buffer.from(material)).toString('base64url')
}

/** The lease ran out while WeChat was being asked. */
class Overtaken extends Error {}

/** The person has to agree first, and nothing of them may be kept until then. */
class Unasked extends Error {}
