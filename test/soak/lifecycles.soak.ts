// R16 in full: 100,000 tickets, or as many as half an hour has room for.
import { test } from 'vitest'
import { soak } from './growth.js'

test(
  '100,000 tickets in one node leave its heap, its handles and its database as they were',
  () => soak(100_000, 400),
  7_200_000,
)
