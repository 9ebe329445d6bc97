// Nothing of a ticket stays in a node that has seen its end. Here over 2,000; over 100,000 in test/soak.
import { test } from 'vitest'
import { soak } from '../soak/growth.js'

test(
  '2,000 tickets in one node leave its heap, its handles and its database as they were',
  () => soak(2_000, 100),
  300_000,
)
