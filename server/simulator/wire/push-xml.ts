// The XML of pushes and replies: one flat element `xml`, nothing nested, no document type.

export type Fields = Readonly<Record<string, string | number>>

/** Text in CDATA, numbers bare, as WeChat writes them. */
export function writeXml(fields: Fields): string {
  const elements = Object.entries(fields).map(([name, value]) => {
    const content =
      typeof value === 'number' ? String(value) : `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
    return `<${name}>${content}</${name}>`
  })
  return `<xml>${elements.join('')}</xml>`
}

const ELEMENT = /\s*<(\w+)>((?:<!\[CDATA\[[\s\S]*?\]\]>|[^<])*)<\/\1>\s*/y
const CDATA = /<!\[CDATA\[([\s\S]*?)\]\]>/g
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The fields of such a document; null for anything else, nested or with a document type. */
export function readXml(text: string): Readonly<Record<string, string>> | null {
  const inside = /^\s*(?:<\?xml[^>]*\?>\s*)?<xml>([\s\S]*)<\/xml>\s*$/.exec(text)?.[1]
  if (inside === undefined) return null
  const fields: Record<string, string> = {}
  ELEMENT.lastIndex = 0
  while (ELEMENT.lastIndex < inside.length) {
    const [, name, content] = ELEMENT.exec(inside) ?? []
    if (name === undefined || content === undefined || Object.hasOwn(fields, name)) return null
    fields[name] = textOf(content)
  }
  return fields
}

/** CDATA as it stands, entities outside of it resolved. */
function textOf(content: string): string {
  const pieces = content.split(CDATA)
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : resolve(piece))).join('')
}

function resolve(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}
