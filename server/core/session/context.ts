// What everything about sessions works with.
import type { Keyring } from '../keyring.js'
import type { Bus, Clock, Store } from '../ports.js'
import type { SessionLimits } from './session.js'

export interface SessionContext {
  readonly store: Store
  readonly bus: Bus
  readonly clock: Clock
  readonly keyring: Keyring
  readonly limits: SessionLimits
}
