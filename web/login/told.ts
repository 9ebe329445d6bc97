// What the server has written into the page beside its script, so that the page's first request is for its code.
import * as z from 'zod/mini'
import { SiteConfig } from '#shared/api.js'

const Told = z.object({
  config: SiteConfig,
  /** Whether this browser holds a session's cookie; whose it is, and whether it still counts, has to be asked. */
  signedIn: z.boolean(),
})
export type Told = z.infer<typeof Told>

/** Null when the page says nothing: it came from the worker's cache, or from a server of development. */
export function readTold(text: string | null | undefined): Told | null {
  try {
    const told = Told.safeParse(JSON.parse(text ?? ''))
    return told.success ? told.data : null
  } catch {
    return null
  }
}
