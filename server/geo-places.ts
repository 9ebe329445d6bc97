// Where an address is, out of a database on this machine (GEOIP_FILE): nobody is asked about anybody.
import { readFileSync } from 'node:fs'
import { PLACE_PARTS } from '#server/core/login/elsewhere.js'
import type { PlaceOf } from '#server/core/ports.js'

interface Named {
  readonly names?: Readonly<Record<string, string>>
}
/** As much of MaxMind's City records, and of those made like them, as is read. */
interface CityRecord {
  readonly country?: Named
  readonly subdivisions?: readonly Named[]
  readonly city?: Named
}
interface Reader {
  get(address: string): CityRecord | null
}

/** @throws Error that says what is missing: the file, or the package `mmdb-lib`, or what is in the file */
export async function openPlaces(file: string | null): Promise<PlaceOf> {
  if (file === null) return () => null
  const { Reader } = await loadReader()
  let reader: Reader
  try {
    reader = new Reader(readFileSync(file))
  } catch (error) {
    throw new Error('GEOIP_FILE cannot be read as a MaxMind database (.mmdb)', { cause: error })
  }
  return (address) => {
    try {
      return placeText(reader.get(address))
    } catch {
      // No address, or one of a kind that the database does not have.
      return null
    }
  }
}

async function loadReader(): Promise<{ Reader: new (file: Buffer) => Reader }> {
  const name = 'mmdb-lib'
  try {
    return await import(name)
  } catch (error) {
    throw new Error('GEOIP_FILE needs a package that is not installed: npm install mmdb-lib', { cause: error })
  }
}

/** The largest part first, in Chinese where the database has it. A town named like its region is said once. */
function placeText(record: CityRecord | null): string | null {
  const parts = [record?.country, record?.subdivisions?.[0], record?.city].flatMap((part) => {
    return part?.names?.['zh-CN'] ?? part?.names?.en ?? []
  })
  return [...new Set(parts)].join(PLACE_PARTS) || null
}
