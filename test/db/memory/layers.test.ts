import { expect, test } from 'vitest'
import { Layers } from '#server/db/memory/layers.js'

test('after a commit that failed nothing is believed: it may have reached the file all the same', () => {
  const layers = new Layers<string>()
  layers.learn('key', 'before')
  layers.put('key', 'after')
  layers.endJob(true)
  const { epoch } = layers
  layers.endGroup(false)
  expect(layers.get('key')).toBeUndefined()
  // A read that began before does not bring the old value back.
  layers.offer('key', 'before', epoch)
  expect(layers.get('key')).toBeUndefined()
})

test('what a job is about to change is nobody else’s to read before the commit', () => {
  const layers = new Layers<string>()
  layers.put('key', 'new')
  layers.endJob(true)
  expect([layers.get('key'), layers.committed('key')]).toEqual(['new', undefined])
  layers.endGroup(true)
  expect(layers.committed('key')).toBe('new')
})
