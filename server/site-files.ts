// Reads the operator's logo, once, at start.
import { readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import type { SiteFiles } from './config/site.js'
import { ConfigError } from './config.js'
import type { Edge } from './http/edge.js'

const TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
}
const LOGO_BYTES = 256 * 1024

/** @throws ConfigError that says what is wrong with SITE_LOGO_FILE */
export function loadSiteFiles({ logo, verify }: SiteFiles): Edge['siteFiles'] {
  return { logo: logo === null ? null : loadLogo(logo), verify }
}

function loadLogo(path: string): Edge['siteFiles']['logo'] {
  const type = TYPES[extname(path).toLowerCase()]
  if (type === undefined) throw refused(`is none of ${Object.keys(TYPES).join(', ')}: name a picture`)
  try {
    if (statSync(path).size <= LOGO_BYTES) return { type, body: readFileSync(path) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw refused(`cannot be read (${code}): name a picture that the service may read`)
  }
  throw refused('is larger than 256 KiB: name a smaller picture')
}

function refused(sentence: string): ConfigError {
  return new ConfigError([`SITE_LOGO_FILE ${sentence}`])
}
