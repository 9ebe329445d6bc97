// Codes with a scene: what an official account shows so that a scan tells it which of its codes was scanned.
import type { App } from './apps.js'
import { createExpiringMap } from './expiring-map.js'
import { newSceneId, newSceneTicket, type Random } from './ids.js'

export interface SceneCode {
  /** What comes after `/q/` in the code's text. */
  readonly id: string
  /** What the code's picture is asked for with. */
  readonly ticket: string
  readonly appid: string
  readonly scene: string | number
  /** Epoch milliseconds; null: never. */
  readonly expiresAt: number | null
}

export interface Scenes {
  /** A code that lives for `lifeMs`; null: for ever, and the same one whenever it is asked for again. */
  create(app: App, scene: SceneCode['scene'], lifeMs: number | null): SceneCode
  /** By what its text says, expired or not. */
  find(id: string): SceneCode | null
  ofTicket(ticket: string): SceneCode | null
  isExpired(code: SceneCode): boolean
}

/** Longer than a code can live. */
const KEEP_MS = 31 * 24 * 3_600_000

/** No codes yet. */
export function createScenes(deps: { now: () => number; random: Random }): Scenes {
  const passing = createExpiringMap<SceneCode>(deps.now, KEEP_MS)
  const ids = createExpiringMap<string>(deps.now, KEEP_MS)
  const lasting = new Map<string, SceneCode>()

  const lastingOne = (isIt: (code: SceneCode) => boolean) => [...lasting.values()].find(isIt) ?? null

  return {
    create(app, scene, lifeMs) {
      const code = {
        id: newSceneId(deps.random),
        ticket: newSceneTicket(deps.random),
        appid: app.appid,
        scene,
        expiresAt: lifeMs === null ? null : deps.now() + lifeMs,
      }
      if (lifeMs === null) {
        const name = JSON.stringify([app.appid, scene])
        const known = lasting.get(name)
        if (!known) lasting.set(name, code)
        return known ?? code
      }
      passing.set(code.id, code)
      ids.set(code.ticket, code.id)
      return code
    },
    find: (id) => passing.get(id) ?? lastingOne((code) => code.id === id),
    ofTicket: (ticket) => passing.get(ids.get(ticket) ?? '') ?? lastingOne((code) => code.ticket === ticket),
    isExpired: ({ expiresAt }) => expiresAt !== null && deps.now() >= expiresAt,
  }
}
