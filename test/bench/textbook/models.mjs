// The textbook's tables as Sequelize models, and everything it does with them.
import { randomUUID } from 'node:crypto'
import { DataTypes, Sequelize, Transaction } from 'sequelize'

/** @param {string} file @param {'FULL' | 'NORMAL'} synchronous */
export async function openModels(file, synchronous) {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: file, logging: false })
  // Sequelize writes into what it is given: each column needs an object of its own.
  const text = () => ({ type: DataTypes.STRING, allowNull: false })
  const time = () => ({ type: DataTypes.BIGINT, allowNull: false })
  const key = () => ({ type: DataTypes.STRING, primaryKey: true })
  const maybe = () => ({ type: DataTypes.STRING, allowNull: true })
  const plain = { timestamps: false }
  const Account = sequelize.define(
    'Account',
    { id: key(), unionid: { ...text(), unique: true }, nickname: text(), avatarUrl: text(), createdAt: time() },
    plain,
  )
  const Identity = sequelize.define(
    'Identity',
    { id: key(), accountId: text(), unionid: text(), lastUsedAt: time() },
    plain,
  )
  const Session = sequelize.define('Session', { id: key(), data: { type: DataTypes.TEXT }, expiresAt: time() }, plain)
  const Ticket = sequelize.define(
    'Ticket',
    {
      ...{
        id: key(),
        method: text(),
        status: text(),
        browser: text(),
        phone: maybe(),
        state: { ...maybe(), unique: true },
      },
      ...{ purpose: maybe(), code: { ...maybe(), unique: true }, openid: maybe(), unionid: maybe(), nickname: maybe() },
      ...{
        avatarUrl: maybe(),
        matchNumber: maybe(),
        tries: { ...time(), defaultValue: 0 },
        accountId: maybe(),
        attempt: maybe(),
      },
      ...{ version: { ...time(), defaultValue: 1 }, createdAt: time(), expiresAt: time() },
    },
    plain,
  )
  // Without WAL, and without a mutex around its transactions, Sequelize on SQLite completes no login at all under this load.
  await sequelize.query('PRAGMA journal_mode = WAL')
  await sequelize.query(`PRAGMA synchronous = ${synchronous}`)
  await sequelize.query('PRAGMA busy_timeout = 5000')
  await sequelize.sync()

  let last = Promise.resolve()
  /** One transaction at a time. */
  function transaction(work) {
    const mine = last.then(() => sequelize.transaction({ type: Transaction.TYPES.IMMEDIATE }, work))
    last = mine.catch(() => {})
    return mine
  }
  /** Single statements wait for their turn too: they would meet a lock otherwise. */
  function alone(work) {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }

  return {
    ...{ Account, Identity, Session, Ticket, alone },
    /** Finds or makes the account of this unionid, and moves the ticket. */
    signIn: ({ appid, openid, unionid, nickname, avatarUrl }, ticketId, change) =>
      transaction(async (t) => {
        const defaults = { id: `acc_${randomUUID()}`, nickname, avatarUrl, createdAt: Date.now() }
        const [account] = await Account.findOrCreate({ where: { unionid }, defaults, transaction: t })
        await account.update({ nickname, avatarUrl }, { transaction: t })
        const id = `${appid}:${openid}`
        const known = { accountId: account.id, unionid, lastUsedAt: Date.now() }
        const [identity] = await Identity.findOrCreate({ where: { id }, defaults: known, transaction: t })
        await identity.update({ lastUsedAt: Date.now() }, { transaction: t })
        const ticket = await Ticket.findByPk(ticketId, { transaction: t, rejectOnEmpty: true })
        await ticket.update({ ...change, accountId: account.id, version: ticket.version + 1 }, { transaction: t })
        return ticket
      }),
    close: () => sequelize.close(),
  }
}

/** koa-session's store over the model. */
export function sessionStore({ Session, alone }) {
  return {
    async get(id) {
      const row = await Session.findByPk(id)
      return row && row.expiresAt > Date.now() ? JSON.parse(row.data) : undefined
    },
    set: (id, data, maxAge) =>
      alone(() => Session.upsert({ id, data: JSON.stringify(data), expiresAt: Date.now() + Number(maxAge) })),
    destroy: (id) => alone(() => Session.destroy({ where: { id } })),
  }
}
