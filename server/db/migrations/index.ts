// Every migration, in order. New ones are appended; a released one never changes.
import type { Migration } from '../migrate.js'
import { tables } from './0001-tables.js'
import { doors } from './0002-doors.js'
import { profileSources } from './0003-profile-sources.js'
import { sessionRenewal } from './0004-sessions.js'
import { callbackBeats } from './0005-callback-beats.js'
import { unionidTimes } from './0006-unionid-times.js'
import { audit } from './0007-audit.js'
import { consents } from './0008-consents.js'
import { operators } from './0009-operators.js'

export const MIGRATIONS: readonly Migration[] = [
  tables,
  doors,
  profileSources,
  sessionRenewal,
  callbackBeats,
  unionidTimes,
  audit,
  consents,
  operators,
]
