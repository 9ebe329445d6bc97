// Everything one simulator knows, put together. Each instance has its own.
import { createPages, defaultPagesDir, type Pages } from './pages.js'
import { type Apps, createApps } from './state/apps.js'
import { type Calls, createCalls } from './state/calls.js'
import { type Chats, createChats } from './state/chats.js'
import { createMovableClock, type MovableClock } from './state/clock.js'
import { type Codes, createCodes } from './state/codes.js'
import { createExpiringMap, type ExpiringMap } from './state/expiring-map.js'
import { createFaults, type Faults } from './state/faults.js'
import { createFollowers, type Followers } from './state/followers.js'
import type { Random } from './state/ids.js'
import { createPeople, type People } from './state/people.js'
import { createRates, type Rates } from './state/rates.js'
import { createScenes, type Scenes } from './state/scenes.js'
import { createServerTokens, type ServerTokens } from './state/server-tokens.js'
import { createTokens, type Tokens } from './state/tokens.js'
import { createUuids, type Uuids } from './state/uuids.js'
import { createWaits, type Waits } from './state/waits.js'
import { type Answers, createAnswers } from './wire/answer.js'

export interface WorldOptions {
  readonly clock: () => number
  readonly random: Random
  readonly callbackDomains: readonly string[]
  readonly siteOrigins: readonly string[]
  /** Where the site's server is reached from here; undefined: at the first of `siteOrigins`. */
  readonly siteServer: string | undefined
  readonly pollHoldMs: number
  /** How long a push, or an app on the phone, waits for the site's answer. */
  readonly pushTimeoutMs: number
  readonly pagesDir: string | undefined
  /** Where browsers and phones reach the simulator, without a slash at the end. Known once it listens. */
  readonly baseUrl: () => string
}

export interface World {
  readonly options: WorldOptions
  readonly clock: MovableClock
  readonly apps: Apps
  readonly people: People
  readonly codes: Codes
  readonly tokens: Tokens
  readonly serverTokens: ServerTokens
  /** Logins in mini programs, by person. */
  readonly sessions: Rates
  /** The session key of the last login, by appid and person. */
  readonly sessionKeys: ExpiringMap<string>
  readonly uuids: Uuids
  readonly followers: Followers
  readonly scenes: Scenes
  readonly chats: Chats
  readonly faults: Faults
  readonly calls: Calls
  readonly waits: Waits
  readonly answers: Answers
  readonly pages: Pages
}

/** A world with the default apps and people, in which nothing has happened yet. */
export function createWorld(options: WorldOptions): World {
  const clock = createMovableClock(options.clock)
  const deps = { now: clock.now, random: options.random }
  return {
    options,
    clock,
    apps: createApps(),
    people: createPeople(),
    codes: createCodes(deps),
    tokens: createTokens(deps),
    serverTokens: createServerTokens(deps),
    sessions: createRates(clock.now),
    sessionKeys: createExpiringMap(clock.now, 3 * 24 * 3_600_000),
    uuids: createUuids(deps),
    followers: createFollowers(clock.now),
    scenes: createScenes(deps),
    chats: createChats(clock.now),
    faults: createFaults(options.random),
    calls: createCalls(),
    waits: createWaits(),
    answers: createAnswers(deps),
    pages: createPages(options.pagesDir ?? defaultPagesDir()),
  }
}
