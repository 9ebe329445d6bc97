// An openid that suddenly shows another unionid is refused (`needs_attention`). When an operator has seen that it is the same
// person all the same, what was known before is forgotten, and the next login learns anew.
import { holdOwner } from '../account/account.js'
import { OrderRefused } from '../account/operate.js'
import type { Openid, Store, Who } from '../ports.js'
import { inTransaction } from '../transaction.js'

/** The identity keeps its account. A unionid that no other identity of it proves is free. @throws OrderRefused */
export async function forgetUnionid(
  store: Store,
  { appid, openid }: { readonly appid: string; readonly openid: Openid },
  at: number,
  who: Who,
): Promise<void> {
  await inTransaction(store, async (tx) => {
    const owner = await holdOwner(tx, appid, openid)
    if (!owner) throw new OrderRefused('Nobody came by this app with this openid.', 'no_identity')
    const { account, identity } = owner
    if (identity.unionid === null) throw new OrderRefused('This identity has no unionid to forget.', 'no_unionid')
    await tx.identities.forgetUnionid(appid, openid)
    await tx.identities.releaseUnproven(account.id)
    await tx.audit.append({ act: 'unionid_forgotten', at, who, accountId: account.id })
  })
}
