// Where an address is, by a database file of MaxMind's format that the test writes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openPlaces } from '#server/geo-places.js'
import { writeMmdb } from './world/mmdb.js'

function file(content: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'saoma-geo-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'places.mmdb'), content)
  return join(folder, 'places.mmdb')
}
const named = (zh: string, en: string) => ({ names: { 'zh-CN': zh, en } })
const china = named('中国', 'China')

test('a place is told from the largest part to the smallest, in Chinese where there is Chinese', async () => {
  const placeOf = await openPlaces(
    file(
      writeMmdb({
        '203.0.113.0/24': {
          country: china,
          subdivisions: [named('浙江', 'Zhejiang')],
          city: named('杭州', 'Hangzhou'),
        },
        '198.51.100.0/24': {
          country: china,
          subdivisions: [named('上海', 'Shanghai')],
          city: named('上海', 'Shanghai'),
        },
        '192.0.2.0/25': { country: { names: { en: 'Atlantis' } } },
      }),
    ),
  )
  const places = ['203.0.113.7', '198.51.100.1', '192.0.2.1', '192.0.2.200', '127.0.0.1', '::1', 'no address', '']
  expect(places.map(placeOf)).toEqual(['中国 · 浙江 · 杭州', '中国 · 上海', 'Atlantis', null, null, null, null, null])
})

test('without a file nobody knows; a file that is none is refused at start', async () => {
  expect((await openPlaces(null))('203.0.113.7')).toBeNull()
  await expect(openPlaces(file(Buffer.from('no database')))).rejects.toThrow('GEOIP_FILE')
  await expect(openPlaces('/nowhere/places.mmdb')).rejects.toThrow('GEOIP_FILE')
})
