// R16 in full: 100,000 tickets, or as many as twenty minutes have room for.
import { test } from 'vitest'
import { soak } from './growth.js'

test(
  '100,000 tickets, or twenty minutes of them, in one node leave its heap, its handles and its database as they were',
  () => soak(100_000, 400, 1_200_000),
  7_200_000,
)
