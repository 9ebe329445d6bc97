// What may happen to a service, as data: histories are lists of these, drawn by fast-check.
import fc from 'fast-check'

export const PEOPLE = ['alice', 'bob'] as const
export type Person = (typeof PEOPLE)[number]

/** `ticket` and `session` count what the history has made so far, around and around. */
export type Command =
  | { readonly do: 'begin'; readonly method: 'website' | 'relay' }
  | { readonly do: 'attach'; readonly ticket: number; readonly foreign: boolean }
  | Arrive
  | { readonly do: 'die'; readonly ticket: number; readonly person: Person }
  | { readonly do: 'scan'; readonly ticket: number; readonly phone: 0 | 1; readonly person: Person }
  | { readonly do: 'consent'; readonly ticket: number; readonly phone: 0 | 1; readonly person: Person }
  | { readonly do: 'answer'; readonly ticket: number; readonly phone: 0 | 1; readonly answer: PhoneAnswer }
  | { readonly do: 'redeem'; readonly ticket: number; readonly attempt: 0 | 1; readonly foreign: boolean }
  | { readonly do: 'race'; readonly ticket: number }
  | { readonly do: 'cancel'; readonly ticket: number; readonly foreign: boolean }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'restart' }
  | { readonly do: 'logout'; readonly session: number }
  | { readonly do: 'notice'; readonly person: Person; readonly app: 'pc' | 'mp' }

/** WeChat's answer comes back to the PC, once or twice at the same time. */
export interface Arrive {
  readonly do: 'arrive'
  readonly ticket: number
  readonly person: Person
  readonly answer: 'allow' | 'refuse' | 'bad code'
  readonly twice: boolean
  readonly foreign: boolean
}

export type PhoneAnswer = 'right' | 'wrong' | 'none' | 'deny'

const DAY_MS = 24 * 3_600_000
const ticket = fc.nat(2)
const phone = fc.constantFrom(0 as const, 1 as const)
const person = fc.constantFrom(...PEOPLE)
const seldom = fc.nat(9).map((n) => n === 0)
const one = <const D extends Command['do']>(name: D) => fc.constant(name)

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: one('begin'), method: fc.constantFrom('website', 'relay') }) },
  { weight: 5, arbitrary: fc.record({ do: one('attach'), ticket, foreign: seldom }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: one('arrive'),
      ticket,
      person,
      answer: fc.constantFrom('allow', 'allow', 'allow', 'refuse', 'bad code'),
      twice: fc.boolean(),
      foreign: seldom,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: one('die'), ticket, person }) },
  { weight: 5, arbitrary: fc.record({ do: one('scan'), ticket, phone, person }) },
  { weight: 3, arbitrary: fc.record({ do: one('consent'), ticket, phone, person }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: one('answer'),
      ticket,
      phone,
      answer: fc.constantFrom('right', 'right', 'right', 'wrong', 'none', 'deny'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: one('redeem'), ticket, attempt: phone, foreign: seldom }) },
  { weight: 1, arbitrary: fc.record({ do: one('race'), ticket }) },
  { weight: 1, arbitrary: fc.record({ do: one('cancel'), ticket, foreign: seldom }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: one('advance'),
      // The moments that matter, a millisecond before, and exactly.
      ms: fc.constantFrom(1, 1_000, 59_999, 60_000, 89_999, 90_000, 119_999, 120_000, 600_000, DAY_MS, 7 * DAY_MS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: one('restart') }) },
  { weight: 1, arbitrary: fc.record({ do: one('logout'), session: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: one('notice'), person, app: fc.constantFrom('pc', 'mp') }) },
)

const oneAnswer = fc.constantFrom<PhoneAnswer>('right', 'right', 'wrong', 'wrong', 'none', 'deny')

/** What a phone does with a code in one go: alone, the draws above seldom come this far. */
const visit: fc.Arbitrary<Command[]> = fc
  .record({ ticket, phone, person, answers: fc.array(oneAnswer, { maxLength: 4 }), redeems: fc.boolean() })
  .map(({ ticket, phone, person, answers, redeems }) => [
    { do: 'attach', ticket, foreign: false },
    { do: 'scan', ticket, phone, person },
    { do: 'consent', ticket, phone, person },
    ...answers.map((answer) => ({ do: 'answer', ticket, phone, answer }) as const),
    ...(redeems ? [{ do: 'redeem', ticket, attempt: phone, foreign: false } as const] : []),
  ])

const some = fc.oneof({ weight: 6, arbitrary: command.map((drawn) => [drawn]) }, { weight: 1, arbitrary: visit })

/** A history always begins with a ticket: nothing else is possible before. */
export const histories: fc.Arbitrary<Command[]> = fc
  .tuple(
    fc.constantFrom<Command>({ do: 'begin', method: 'website' }, { do: 'begin', method: 'relay' }),
    fc.array(some, { minLength: 4, maxLength: 20, size: 'max' }),
  )
  .map(([first, rest]) => [first, ...rest.flat()])
