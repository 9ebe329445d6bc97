// `kill -9` at every named point, once each; twenty times each in the long form. Both methods here, one on each server.
import { describe } from 'vitest'
import { rows } from '../world/database.js'
import { killTests } from './kill.js'

describe('promises 2 and 5 under `kill -9` on SQLite', () => {
  killTests(async (file) => ({ url: null, query: (sql) => rows(file(), sql), drop: async () => {} }), 1)
})
