// Work in the background: one of a kind at a time, what it has done so far, how it ended.
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createJobs, type Progress } from '#server/console/jobs.js'
import { eventLog } from '../db/temp.js'

test('a job tells its progress, is begun once, and its end is told, a failure too', async () => {
  const events = eventLog()
  const jobs = createJobs({ clock: () => 9, random: randomBytes, log: events })
  let progress: Progress = () => {}
  let end = () => {}
  const begun = jobs.start({ job: 'purge' }, (tell) => {
    progress = tell
    return new Promise<void>((resolve) => {
      end = resolve
    })
  })
  expect(jobs.start({ job: 'purge' }, async () => {}).id).toBe(begun.id)
  progress(500)
  progress(3)
  expect(jobs.list()).toMatchObject([{ id: begun.id, state: 'running', rows: 503, endedAt: null }])
  jobs.start({ job: 'migratePlatform', app: 'pc' }, async () => {
    throw new Error('no database')
  })
  end()
  await jobs.idle()
  expect(jobs.list()).toMatchObject([
    { job: 'migratePlatform', app: 'pc', state: 'failed', endedAt: 9 },
    { job: 'purge', state: 'done', rows: 503 },
  ])
  expect(events.events).toEqual(['background.failed'])
})

test('twenty are remembered', async () => {
  const jobs = createJobs({ clock: () => 9, random: randomBytes, log: eventLog() })
  for (let n = 0; n < 30; n += 1) {
    jobs.start({ job: 'purge' }, async () => {})
    await jobs.idle()
  }
  expect(jobs.list()).toHaveLength(20)
})
