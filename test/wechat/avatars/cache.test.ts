import { describe, expect, test } from 'vitest'
import { createPictureCache } from '#server/wechat/avatars/cache.js'
import type { Picture } from '#server/wechat/avatars/picture.js'

const picture = (bytes: number): Picture => ({ type: 'image/png', body: Buffer.alloc(bytes) })

/** A host whose answers the test gives itself. */
function host() {
  const waiting: { url: string; answer: (picture: Picture | null) => void }[] = []
  const asked: string[] = []
  const fetch = (url: string) =>
    new Promise<Picture | null>((resolve) => {
      asked.push(url)
      waiting.push({ url, answer: resolve })
    })
  const answerAll = (given: Picture | null) => {
    for (const { answer } of waiting.splice(0)) answer(given)
  }
  return { fetch, asked, answerAll }
}

function setUp(limits: Parameters<typeof createPictureCache>[0]['limits'] = {}) {
  const { fetch, asked, answerAll } = host()
  let now = 0
  const get = createPictureCache({ fetch, clock: () => now, limits })
  const have = async (url: string, given: Picture | null) => {
    const answer = get(url)
    answerAll(given)
    return answer
  }
  const pass = (ms: number) => {
    now += ms
  }
  return { get, have, asked, answerAll, pass }
}

describe('the memory of pictures', () => {
  test('one flight for all who want the same picture meanwhile', async () => {
    const { get, asked, answerAll } = setUp()
    const all = Promise.all(Array.from({ length: 50 }, () => get('a')))
    answerAll(picture(9))
    expect((await all).map((one) => one?.body.length)).toEqual(Array.from({ length: 50 }, () => 9))
    expect(asked).toEqual(['a'])
  })

  test('a picture is kept for its time, and what could not be had for a shorter one', async () => {
    const { have, asked, pass } = setUp({ freshMs: 1_000, failedMs: 100 })
    await have('good', picture(1))
    await have('bad', null)
    expect(await have('bad', picture(1))).toBeNull()
    pass(100)
    expect(await have('bad', picture(1))).not.toBeNull()
    expect(await have('good', null)).not.toBeNull()
    pass(900)
    expect(await have('good', null)).toBeNull()
    expect(asked).toEqual(['good', 'bad', 'bad', 'good'])
  })

  test('it never holds more bytes than it may: what was used least goes first', async () => {
    const { have, asked } = setUp({ maxBytes: 3 * 100_000 })
    for (const url of ['a', 'b']) await have(url, picture(100_000))
    await have('a', null)
    await have('c', picture(100_000))
    expect(await have('a', null)).not.toBeNull()
    expect(await have('b', null)).toBeNull()
    expect(asked).toEqual(['a', 'b', 'c', 'b'])
  })

  test('too many different ones at once: the next is told to come again', async () => {
    const { get, answerAll } = setUp({ flights: 2 })
    const two = [get('a'), get('b')]
    await expect(get('c')).rejects.toMatchObject({ code: 'busy' })
    answerAll(null)
    await Promise.all(two)
    const third = get('c')
    answerAll(picture(1))
    expect(await third).not.toBeNull()
  })
})
