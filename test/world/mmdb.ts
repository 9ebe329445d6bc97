// Writes a small database of MaxMind's format (MMDB 2.0, IPv4, 24 bits a record), enough for what is read of one.

type Value = string | number | readonly Value[] | { readonly [key: string]: Value }

const STRING = 2
const MAP = 7
const UINT32 = 6
const ARRAY = 11

function control(type: number, size: number): Buffer {
  if (size > 28) throw new Error(`no size of ${size} in this writer`)
  return type > 7 ? Buffer.from([size, type - 7]) : Buffer.from([(type << 5) | size])
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value)
    return Buffer.concat([control(STRING, text.length), text])
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([control(UINT32, 4), bytes])
  }
  if (Array.isArray(value)) return Buffer.concat([control(ARRAY, value.length), ...value.map(encode)])
  const entries = Object.entries(value)
  return Buffer.concat([control(MAP, entries.length), ...entries.flatMap(([key, one]) => [encode(key), encode(one)])])
}

/** @param records by IPv4 prefix, e.g. `203.0.113.0/24`; none inside another */
export function writeMmdb(records: Readonly<Record<string, Value>>): Buffer {
  const tree: (number | { data: number } | null)[][] = [[null, null]]
  const data: Buffer[] = []
  for (const [prefix, record] of Object.entries(records)) {
    const [address = '', length = '32'] = prefix.split('/')
    const bits = address.split('.').flatMap((part) => [...Number(part).toString(2).padStart(8, '0')].map(Number))
    const at = data.reduce((sum, one) => sum + one.length, 0)
    data.push(encode(record))
    let node = 0
    for (let depth = 0; depth < Number(length); depth++) {
      const side = bits[depth] ?? 0
      const here = tree[node] ?? []
      if (depth === Number(length) - 1) here[side] = { data: at }
      else {
        const next = here[side]
        node = typeof next === 'number' ? next : tree.push([null, null]) - 1
        here[side] = node
      }
    }
  }
  const count = tree.length
  const nodes = Buffer.alloc(count * 6)
  for (const [i, sides] of tree.entries()) {
    for (const [side, to] of sides.entries()) {
      // A record beyond the nodes points into the data, behind sixteen zeros; the number of nodes itself means nothing.
      const pointer = to === null ? count : typeof to === 'number' ? to : count + 16 + to.data
      nodes.writeUIntBE(pointer, i * 6 + side * 3, 3)
    }
  }
  const metadata = encode({
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1, database_type: 'Test' },
    ...{ description: {}, ip_version: 4, languages: [], node_count: count, record_size: 24 },
  })
  const mark = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')])
  return Buffer.concat([nodes, Buffer.alloc(16), ...data, mark, metadata])
}
