// Reads the operator's logo, once, at start.
import { readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import type { SiteFiles } from './config/site.js'
import type { Edge } from './http/edge.js'

const TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
}
const LOGO_BYTES = 256 * 1024

/** @throws Error that says what is wrong with SITE_LOGO_FILE */
export function loadSiteFiles({ logo, verify }: SiteFiles): Edge['siteFiles'] {
  return { logo: logo === null ? null : loadLogo(logo), verify }
}

function loadLogo(path: string): Edge['siteFiles']['logo'] {
  const type = TYPES[extname(path).toLowerCase()]
  if (type === undefined) throw new Error(`SITE_LOGO_FILE is none of ${Object.keys(TYPES).join(', ')}.`)
  try {
    if (statSync(path).size > LOGO_BYTES) throw new Error('it is larger than 256 KiB')
    return { type, body: readFileSync(path) }
  } catch (error) {
    throw new Error(`SITE_LOGO_FILE cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}
