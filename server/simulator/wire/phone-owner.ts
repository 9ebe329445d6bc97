// Whose phone a request comes from: said by a header, or remembered by a cookie of the simulated phone.
import type { SimPerson } from '../page-data.js'
import type { Person } from '../state/people.js'
import type { World } from '../world.js'
import type { SimContext } from './context.js'
import { PageError } from './page-errors.js'

export const PHONE_COOKIE = 'sim_person'

/** The person named by `x-sim-person`, or null without that header. @throws PageError when nobody has that name */
export function headerPerson({ people }: World, ctx: SimContext): Person | null {
  const name = ctx.get('x-sim-person')
  if (name === '') return null
  const person = people.find(name)
  if (!person) throw new PageError('unknown_person')
  return person
}

/** The person that this browser's phone belongs to, or null when it has chosen nobody yet. */
export function cookiePerson({ people }: World, ctx: SimContext): Person | null {
  return people.find(ctx.cookies.get(PHONE_COOKIE) ?? '')
}

/** Whose phone this is, by header or by cookie. @throws PageError when the header names nobody */
export function phoneOwner(world: World, ctx: SimContext): Person | null {
  return headerPerson(world, ctx) ?? cookiePerson(world, ctx)
}

/** Makes this browser `person`'s phone; null makes it nobody's. */
export function rememberPhone(ctx: SimContext, person: Person | null): void {
  ctx.cookies.set(PHONE_COOKIE, person?.name ?? null, { httpOnly: true, sameSite: 'lax', overwrite: true })
}

/** What pages may know of a person. */
export function simPerson({ name, nickname, avatarUrl, note }: Person): SimPerson {
  return { name, nickname, avatarUrl, note }
}
