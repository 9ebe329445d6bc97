// WeChat's error numbers, sorted by what can be done about them. Texts are never looked at: they are not stable.
import type { PlatformErrorKind } from '#server/core/ports.js'

const KINDS: Readonly<Record<PlatformErrorKind, readonly number[]>> = {
  // The code, or the token it gave, is void: expired, used, of another app, withdrawn, or without consent.
  code_rejected: [40001, 40014, 40029, 40030, 40163, 42001, 42002, 42003, 42007, 50001],
  unreachable: [-1, 61450],
  limit: [45009, 45011],
  // Appid, secret, address list, permission; and what only a wrong base URL or a proxy can do to our requests.
  config: [
    40002, 40013, 40066, 40125, 40164, 41001, 41002, 41004, 41008, 41009, 43001, 43002, 43003, 48001, 48004, 61004,
  ],
  refused: [40226, 43019, 50002],
  nonsense: [40003],
}

const KIND_OF = new Map(
  (Object.keys(KINDS) as PlatformErrorKind[]).flatMap((kind) => KINDS[kind].map((errcode) => [errcode, kind] as const)),
)

/** The kind of a non-zero errcode; one that nobody documented is `nonsense`. */
export function kindOfErrcode(errcode: number): PlatformErrorKind {
  return KIND_OF.get(errcode) ?? 'nonsense'
}
