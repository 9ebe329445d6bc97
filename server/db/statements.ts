// SQL text and named binds through Sequelize, on any of its connections or on the one of a transaction.
import { QueryTypes, type Sequelize, type Transaction } from 'sequelize'
import { answered, type Bind, DatabaseError, type Row, type Sql } from './sql.js'

/**
 * Sequelize's errors carry the statement and all its values, and a driver's may too. What leaves this folder carries
 * neither. @param withValues whether the statement had binds, so that the driver's words may hold some of them
 */
export type Describe = (error: unknown, withValues: boolean) => DatabaseError

/** Statements of `sequelize`, inside `transaction` if there is one. `read` turns a driver's row into ours. */
export function createSql(
  sequelize: Sequelize,
  describe: Describe,
  {
    transaction,
    read = (row) => row,
    answerMs = null,
  }: { transaction?: Transaction; read?: (row: Row) => Row; answerMs?: number | null } = {},
): Sql {
  const within = transaction && { transaction }
  const sanitised = async <T>(query: Promise<T>, bind: Bind): Promise<T> => {
    try {
      return await answered(query, answerMs)
    } catch (error) {
      if (error instanceof DatabaseError) throw error
      throw describe(error, Object.keys(bind).length > 0)
    }
  }
  return {
    // SELECT is Sequelize's word for "give me its rows", so that RETURNING and PRAGMA answer theirs too.
    async rows(text, bind: Bind = {}) {
      const query = sequelize.query<object>(text, { bind, type: QueryTypes.SELECT, ...within })
      return (await sanitised(query, bind)).map((row) => read(row as Row))
    },
    // BULKUPDATE is Sequelize's word for "run it and tell how many rows it touched", whatever the statement.
    run: (text, bind: Bind = {}) =>
      sanitised(sequelize.query(text, { bind, type: QueryTypes.BULKUPDATE, ...within }), bind),
  }
}
