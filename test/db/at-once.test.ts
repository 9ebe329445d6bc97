// How many may come in one moment: an office after a restart, or a crowd after a call to log in.
import { expect, test } from 'vitest'
import { account } from '../contract/records.js'
import { openScratchStore } from '../core/scratch-store.js'

const CROWD = 600

test('a crowd that comes in one moment is written, to the last of them', async () => {
  const { store } = await openScratchStore(Date.now)
  const accounts = Array.from({ length: CROWD }, (_, n) => account({ id: `acc_${n}` }))
  const settled = await Promise.allSettled(accounts.map((one) => store.write((tx) => tx.accounts.insert(one))))
  expect(settled.filter(({ status }) => status === 'rejected')).toEqual([])
  expect(await store.read.accounts.find(`acc_${CROWD - 1}`)).not.toBeNull()
})
