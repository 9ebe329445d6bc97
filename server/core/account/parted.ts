// What was done while two people stood as one account: an operator has parted them since, and nobody can say who did it.
import type { AuditEntry, Reads } from '../ports.js'

/** Tells of an entry of these accounts whether it may be the other person's, who has an account of their own again. */
export async function mayBeAnothers(
  read: Pick<Reads, 'identities'>,
  accountIds: readonly string[],
): Promise<(entry: Pick<AuditEntry, 'accountId' | 'at'>) => boolean> {
  const merges = (await Promise.all(accountIds.map((id) => read.identities.merges(id)))).flat()
  return ({ accountId, at }) =>
    merges.some(
      ({ survivorId, mergedAt, undoneAt }) =>
        undoneAt !== null && survivorId === accountId && at >= mergedAt && at < undoneAt,
    )
}
