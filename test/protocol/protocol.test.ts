// The examples of PROTOCOL.md, played against a running server and simulator; its tables, compared with the code.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { startWorld } from '../world.js'
import { readExamples } from './examples.js'
import { play } from './play.js'

const text = readFileSync(new URL('../../shared/PROTOCOL.md', import.meta.url), 'utf8')
const SERVICE_KEY = 'a-service-key-for-tests-0123456789abcdef'
const examples = readExamples(text)

describe('every example of PROTOCOL.md happens as it is told', () => {
  for (const example of examples) {
    test(example.title, async () => {
      const world = await startWorld({ config: (config) => ({ ...config, serviceKeys: [SERVICE_KEY] }) })
      try {
        await play(example, world, [['service', SERVICE_KEY]])
      } finally {
        await world.close()
      }
    })
  }
})

test('PROTOCOL.md has examples', () => expect(examples.length).toBeGreaterThan(5))
