// Loaded into the real program by `node --import`, from outside: kills it with SIGKILL at a named point. It stands at the
// borders of the libraries (statements, WeChat's connection, sockets, answers); the program has no switch for it.
import { subscribe } from 'node:diagnostics_channel'
import { ServerResponse } from 'node:http'
import { Sequelize } from 'sequelize'
import sqlite3 from 'sqlite3'
import WebSocket from 'ws'

let armed = null

process.on('message', ({ arm }) => {
  armed = arm
  process.send('armed')
})

function reach(point) {
  if (point === armed) process.kill(process.pid, 'SIGKILL')
}

/** What a statement means to a login; null for all others. */
function meaning(text, bind) {
  if (text.startsWith('INSERT INTO callbacks')) return 'claim'
  if (text.startsWith('INSERT INTO accounts')) return 'account'
  if (text.startsWith('INSERT INTO unionids')) return 'unionid'
  if (text.startsWith('INSERT INTO identities')) return 'identity'
  if (text.startsWith('INSERT INTO sessions')) return 'session'
  if (text.startsWith('UPDATE callbacks')) return 'outcome'
  if (text.startsWith('UPDATE tickets') && ['scanned', 'confirmed', 'redeemed'].includes(bind?.status))
    return bind.status
  return null
}

/** The columns of each table, as the trigger says them that writes a group of SQLite's writer down. */
const columns = new Map()

function learn(text) {
  if (!text.startsWith('CREATE TEMP TRIGGER')) return
  for (const [, table, names] of text.matchAll(/INSERT INTO (\w+) \((.*?)\) SELECT/g))
    columns.set(table, names.split(', '))
}

/** What a group of SQLite's writer says in one statement, as a login would have said it row by row. */
function meanings(text, values) {
  if (!text.startsWith('INSERT INTO temp.group_write')) return []
  return [...columns].flatMap(([table, names]) => {
    const rows = [...JSON.parse(values[`$${table}_added`]), ...JSON.parse(values[`$${table}_changed`])]
    const all = (column) => rows.map((row) => row[names.indexOf(column)])
    if (table === 'tickets') return all('status').filter((status) => status !== 'pending')
    if (table === 'callbacks') return all('outcome_status').map((status) => (status === null ? 'claim' : 'outcome'))
    return rows.length > 0 ? (meaning(`INSERT INTO ${table}`, null) ?? []) : []
  })
}

// Which steps each open transaction holds.
const steps = new WeakMap()

function heldBy(transaction) {
  const held = steps.get(transaction) ?? new Set()
  steps.set(transaction, held)
  return held
}

function before(said, commits, held) {
  for (const step of said) reach(`before ${step}`)
  if (commits) for (const one of held) reach(`before commit of ${one}`)
}

function after(said, commits, held) {
  for (const step of said) {
    held.add(step)
    reach(`after ${step}`)
  }
  if (!commits) return
  for (const one of held) reach(`after commit of ${one}`)
  held.clear()
}

const query = Sequelize.prototype.query
Sequelize.prototype.query = async function faulty(text, options) {
  const statement = String(text.query ?? text)
  const held = heldBy(options?.transaction ?? query)
  const step = meaning(statement, options?.bind)
  const said = step ? [step] : []
  const commits = /^COMMIT/i.test(statement)
  before(said, commits, held)
  const result = await query.call(this, text, options)
  after(said, commits, held)
  return result
}

// SQLite's statements are prepared on its handle, past Sequelize.
const { prepare } = sqlite3.Database.prototype
sqlite3.Database.prototype.prepare = function faulty(text, ...rest) {
  const statement = prepare.call(this, text, ...rest)
  const commits = text === 'COMMIT'
  learn(text)
  const held = heldBy(this)
  const { run } = statement
  statement.run = function faulty(values, callback) {
    const said = meanings(text, values)
    before(said, commits, held)
    return run.call(this, values, function done(error) {
      if (error === null) after(said, commits, held)
      callback.call(this, error)
    })
  }
  return statement
}

const exchange = (request) => request.path.startsWith('/sns/oauth2/access_token')
const profile = (request) => request.path.startsWith('/sns/userinfo')
subscribe('undici:request:create', ({ request }) => exchange(request) && reach('before exchange'))
subscribe('undici:request:bodySent', ({ request }) => exchange(request) && reach('exchange sent'))
subscribe('undici:request:trailers', ({ request }) => {
  if (exchange(request)) reach('exchange answered')
  if (profile(request)) reach('profile answered')
})

const send = WebSocket.prototype.send
WebSocket.prototype.send = function faulty(data, ...rest) {
  const confirmed = String(data).includes('"status":"confirmed"')
  if (confirmed) reach('before push')
  const result = send.call(this, data, ...rest)
  if (confirmed) reach('after push')
  return result
}

const setHeader = ServerResponse.prototype.setHeader
ServerResponse.prototype.setHeader = function faulty(name, value) {
  if (/^set-cookie$/i.test(name) && String(value).includes('saoma-session=')) reach('before Set-Cookie')
  return setHeader.call(this, name, value)
}

const end = ServerResponse.prototype.end
ServerResponse.prototype.end = function faulty(...all) {
  if (String(this.getHeader('set-cookie')).includes('saoma-session=')) reach('before the answer to the redeem')
  return end.apply(this, all)
}
