// What every platform under test is made of, beside where WeChat is.
import type { Log, Vault } from '#server/core/ports.js'

export const SILENT: Log = { info() {}, warn() {}, error() {} }

/** A vault that keeps values for one test; the real one is tested over a store. */
export function memoryVault(clock: () => number = Date.now): Vault {
  const kept = new Map<string, { value: string; until: number }>()
  return {
    async get(name, marginMs) {
      const found = kept.get(name)
      return found && found.until > clock() + marginMs ? found.value : null
    },
    async put(name, value, lifeMs) {
      kept.set(name, { value, until: clock() + lifeMs })
    },
  }
}

/** All but the addresses. */
export function parts(clock: () => number = Date.now) {
  return { log: SILENT, clock, vault: memoryVault(clock), random: () => 0.5 }
}
