// The guards: for each promise of README and each bar, what holds it, how to take that away, and the test that must then
// turn red. A guard that is held twice is taken away twice, in one row.
//
// { bar, guard, remove: [[file, find, replace], …], test, name, each?, says? }
//   find     stands exactly once in the file, or the guard has moved and the row must follow it
//   name     a piece of the test's (or its describe's) full name
//   each     where that is many tests: a piece of the full name of the one to run
//   says     where the test can only fail in a way that looks broken (it hangs, the database refuses): what it then says
import { abuse } from './rows/abuse.mjs'
import { busyDatabase } from './rows/busy.mjs'
import { callback } from './rows/callback.mjs'
import { consent } from './rows/consent.mjs'
import { console as operators } from './rows/console.mjs'
import { identity } from './rows/identity.mjs'
import { login } from './rows/login.mjs'
import { nodes } from './rows/nodes.mjs'
import { output } from './rows/output.mjs'
import { pages } from './rows/pages.mjs'
import { pictures } from './rows/pictures.mjs'
import { promises } from './rows/promises.mjs'
import { sessions } from './rows/sessions.mjs'
import { storage } from './rows/storage.mjs'

export const GUARDS = [
  ...operators,
  ...promises,
  ...login,
  ...callback,
  ...identity,
  ...sessions,
  ...abuse,
  ...output,
  ...consent,
  ...pages,
  ...pictures,
  ...storage,
  ...busyDatabase,
  ...nodes,
]
