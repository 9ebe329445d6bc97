// Reads an ordered fault, and refuses one that could never happen.
import { FAULT_PATHS, type Fault, type FaultKind, pathMatches } from '../state/faults.js'
import type { SimContext } from '../wire/context.js'
import { ControlError, type ControlInput, controlInput } from '../wire/control-input.js'
import { isPlatformPath } from '../wire/record-calls.js'

const KINDS = Object.keys(FAULT_PATHS) as FaultKind[]
const COMMON = ['path', 'times', 'share', 'kind']
/** Beside the common ones, the fields of each kind. */
const FIELDS: Readonly<Partial<Record<FaultKind, readonly string[]>>> = {
  errcode: ['errcode', 'errmsg'],
  status: ['status', 'after'],
  html: ['after'],
  empty: ['after'],
  hang: ['after'],
  reset: ['after'],
  delay: ['ms'],
  delayAfter: ['ms'],
  drip: ['ms'],
  raw: ['body', 'after'],
  oversized: ['bytes'],
  refusal: ['refusal'],
  mangleState: ['append'],
  pollStatus: ['status', 'code'],
}

/**
 * The body of `POST /sim/faults`. `times` is 1 unless given; null means until cleared. `share`: in percent, 100 unless
 * given. @throws ControlError
 */
export function readFault(ctx: SimContext): Fault {
  const kind = controlInput(ctx, [...COMMON, ...Object.values(FIELDS).flat()]).choice('kind', KINDS)
  const input = controlInput(ctx, [...COMMON, ...(FIELDS[kind] ?? [])])
  const path = input.text('path')
  const paths = FAULT_PATHS[kind]
  if (paths && !paths.some((possible) => pathMatches(path, possible))) {
    throw new ControlError(`${kind} cannot happen on ${path}, only on ${paths.join(', ')}`)
  }
  if (!paths && !isPlatformPath(path)) throw new ControlError(`path ${path} is none of WeChat's own`)
  const times = !input.has('times') ? 1 : input.isNull('times') ? null : input.integer('times', 1)
  const share = input.has('share') ? input.integer('share', 1) : 100
  if (share > 100) throw new ControlError('share is in percent: 1 to 100')
  return { path, times, share, after: input.flag('after', false), ...readKind(kind, input) }
}

function readKind(kind: FaultKind, input: ControlInput) {
  switch (kind) {
    case 'errcode':
      return { kind, errcode: input.integer('errcode'), errmsg: input.nullableText('errmsg', null) }
    case 'status':
      return { kind, status: input.integer('status', 200) }
    case 'delay':
    case 'delayAfter':
    case 'drip':
      return { kind, ms: input.integer('ms', 0) }
    case 'raw':
      return { kind, body: input.text('body') }
    case 'oversized':
      return { kind, bytes: input.integer('bytes', 1) }
    case 'refusal':
      return { kind, refusal: input.choice('refusal', ['none', 'authdeny', 'state_only']) }
    case 'mangleState':
      return { kind, append: input.optionalText('append', '_mangled') }
    case 'pollStatus':
      return { kind, status: input.integer('status', 0), code: input.optionalText('code', '') }
    default:
      return { kind }
  }
}
