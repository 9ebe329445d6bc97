// Secrets that WeChat lends us, sealed in the database for all nodes: AES-256-GCM under a key that follows from
// SESSION_KEYS, so that a dump of the database opens nothing.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Keyring } from './keyring.js'
import { type LeaseDeps, takeTurn } from './lease.js'
import type { Log, Vault, VaultRecord, Wanted } from './ports.js'

const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * What was sealed under any of the keyring's keys still opens. A row that was tampered with, or put under another name,
 * is as good as none.
 */
export function createVault(deps: LeaseDeps & { readonly keyring: Keyring; readonly log: Log }): Vault {
  const { store, keyring, clock, random, log } = deps
  const keys = Array.from({ length: keyring.size }, (_, index) => keyring.mac('vault', Buffer.alloc(0), index))

  const open = (name: string, sealed: string, expiresAt: number): string | null => {
    const bytes = Buffer.from(sealed, 'base64url')
    for (const key of keys) {
      const value = decrypt(key, bytes, contextOf(name, expiresAt))
      if (value !== null) return value
    }
    return null
  }

  const read = (record: VaultRecord | null, marginMs: number): string | null => {
    if (!record || record.expiresAt <= clock() + marginMs) return null
    return open(record.name, record.sealed, record.expiresAt)
  }

  const put: Vault['put'] = async (name, value, lifeMs) => {
    const expiresAt = clock() + lifeMs
    const iv = random(IV_BYTES)
    const [key] = keys
    if (!key) throw new Error('A keyring has at least one key.')
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(contextOf(name, expiresAt))
    const bytes = Buffer.concat([iv, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()])
    await store.write((tx) => tx.vault.put({ name, sealed: bytes.toString('base64url'), expiresAt }))
  }

  /** The caller's turn to make it, or what is good already. */
  async function turnAt(name: string, { marginMs, not, until }: Wanted) {
    const seen = await store.read.vault.find(name)
    const good = async () => {
      const record = await store.read.vault.find(name)
      const value = read(record, marginMs)
      return value === not && record?.sealed === seen?.sealed ? null : value
    }
    return takeTurn(deps, name, good, until)
  }

  return {
    get: async (name, marginMs) => read(await store.read.vault.find(name), marginMs),
    put,
    async share(name, wanted, make) {
      const troubled = (error: unknown) => log.warn('vault.not_shared', { error })
      const turn = await turnAt(name, wanted).catch((error: unknown) => {
        troubled(error)
        return { release: async () => {} }
      })
      if ('done' in turn) return turn.done
      try {
        const { value, lifeMs } = await make()
        await put(name, value, lifeMs).catch(troubled)
        return value
      } finally {
        await turn.release()
      }
    },
  }
}

/** What a sealed value belongs to: it opens under no other name and with no other end. */
function contextOf(name: string, expiresAt: number): Buffer {
  return Buffer.from(JSON.stringify([name, expiresAt]))
}

function decrypt(key: Buffer, bytes: Buffer, context: Buffer): string | null {
  if (bytes.length < IV_BYTES + TAG_BYTES) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(context)
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
