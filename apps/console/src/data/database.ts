/** What SQLite and PostgreSQL store alike. */
export type Value = string | number | null

export type Row = Readonly<Record<string, unknown>>

export interface Result {
  readonly rows: readonly Row[]
  /** How many rows were written, or read. */
  readonly changes: number
}

/**
 * The console's own data, in the SQL that SQLite and PostgreSQL share. Parameters are $1, $2 and so on, each at least
 * once in the statement. Every statement is a transaction of its own: what must hold when several consoles act at
 * once is said within one statement, or by a constraint.
 */
export interface Database {
  /** Rejects when the database cannot answer; whether it was done is not known then. */
  query(sql: string, ...values: Value[]): Promise<Result>
  /** Closes it when no statement is under way any more. */
  close(): Promise<void>
}

/** A database that cannot answer. Never holds what was sent to it. */
export class DatabaseError extends Error {
  /** Of the system or of PostgreSQL (SQLSTATE). */
  readonly code: string

  constructor(cause: unknown) {
    const code =
      cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'NONE'
    super(`The database did not answer (${code}).`, { cause })
    this.name = 'DatabaseError'
    this.code = code
  }
}

/** PostgreSQL refuses U+0000 in text, which anybody can send in a form; nothing that is stored contains it. */
export function storable(value: Value): Value {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value
}
