// What every platform under test is made of, beside where WeChat is.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKeyring } from '#server/core/keyring.js'
import type { Log, Store, Vault } from '#server/core/ports.js'

export const SILENT: Log = { info() {}, warn() {}, error() {} }

/** A vault that keeps values for one test; the real one is tested over a store. */
export function memoryVault(clock: () => number = Date.now): Vault {
  const kept = new Map<string, { value: string; until: number }>()
  const get: Vault['get'] = async (name, marginMs) => {
    const found = kept.get(name)
    return found && found.until > clock() + marginMs ? found.value : null
  }
  const put: Vault['put'] = async (name, value, lifeMs) => {
    kept.set(name, { value, until: clock() + lifeMs })
  }
  return {
    get,
    put,
    async share(name, { marginMs, not }, make) {
      const found = await get(name, marginMs)
      if (found !== null && found !== not) return found
      const { value, lifeMs } = await make()
      await put(name, value, lifeMs)
      return value
    },
  }
}

/** All but the addresses. */
export function parts(clock: () => number = Date.now) {
  return { log: SILENT, clock, vault: memoryVault(clock), random: () => 0.5 }
}

/** What a node's own vault is made of. */
export function vaultParts(store: Store, keys: readonly string[]) {
  return {
    store,
    keyring: createKeyring(keys),
    log: SILENT,
    clock: Date.now,
    random: randomBytes,
    now: () => performance.now(),
    sleep: (ms: number) => sleep(ms),
  }
}
