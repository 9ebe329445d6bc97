// From a code to a proof: the one or two calls to WeChat, and what their failures mean for the ticket.
import type { Reason } from '#shared/ticket.js'
import { PlatformError, type PlatformErrorKind, type Proof, type WechatApp } from '../ports.js'
import { isSilent, type StatePurpose } from '../ticket/state.js'
import type { LoginContext } from './context.js'

const REASON_OF: Record<PlatformErrorKind, Reason> = {
  code_rejected: 'code_rejected',
  unreachable: 'platform_unreachable',
  nonsense: 'platform_unreachable',
  limit: 'platform_busy',
  config: 'misconfigured',
  refused: 'refused_by_wechat',
}

/** The ticket's reason for an error of the Platform port; null for errors that are not WeChat's. */
export function reasonOf(error: unknown): Reason | null {
  return error instanceof PlatformError ? REASON_OF[error.kind] : null
}

/**
 * Spends the code and reads who it is about. Outside any transaction.
 * @returns the proof, or the reason why this person cannot be used. @throws PlatformError
 */
export async function askWechat(
  context: LoginContext,
  app: WechatApp,
  code: string,
  purpose: StatePurpose | 'sdk' | 'mobile',
): Promise<Proof | { reason: Reason }> {
  const grant = await context.platform.exchangeCode(app, code)
  if (grant.snapshotUser) return { reason: 'snapshot_user' }
  const proof: Proof = {
    appKey: app.key,
    appid: app.appid,
    platform: app.platform,
    openid: grant.openid,
    unionid: grant.unionid,
    profile: null,
    provedAt: context.clock(),
  }
  const silent = grant.scopes.length > 0 && grant.scopes.every((scope) => scope === 'snsapi_base')
  const asked = purpose === 'sdk' || purpose === 'mobile' || !isSilent(purpose)
  if (!asked || silent) return proof
  const { profile, unionid } = await context.platform.readProfile(app, grant)
  const known = grant.unionid ?? unionid
  if (known === null && app.bound) context.log.warn('identity.unionid_missing', { app: app.key, appid: app.appid })
  return { ...proof, unionid: known, profile }
}
