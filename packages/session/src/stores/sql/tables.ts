import { SessionError } from '../../errors.ts'
import { isStorable } from '../../record/values/stored-text.ts'

export interface SqlTableOptions {
  /** Name of the table, created by `latchkey-migrate`; `<table>_schema` beside it holds its version. Default 'latchkey_sessions'. */
  readonly table?: string | undefined
  /** The PostgreSQL schema or MySQL database it is in. Default: where the connection looks first. */
  readonly schema?: string | undefined
}

export const tableOptions: Readonly<Record<keyof SqlTableOptions, true>> = { table: true, schema: true }

/** How one database writes identifiers. */
export interface Dialect {
  readonly quote: '"' | '`'
  /** The longest identifier, and what its length is counted in. */
  readonly maxLength: number
  readonly measure: (name: string) => number
  readonly unit: string
  /** The longest that is put behind the table's name for a name of our own. */
  readonly longestSuffix: string
  /** What identifiers may not hold beyond U+0000, and how to say so. */
  readonly refused?: readonly [pattern: RegExp, what: string]
}

/** Identifiers as they are written in SQL. */
export interface SqlTables {
  readonly sessions: string
  readonly version: string
  /** A name beside the table's, quoted, without the schema. */
  beside(suffix: string): string
  /** For people. */
  readonly label: string
}

/** @throws SessionError `config_invalid` for a name that the database could not have */
export function sqlTables(
  dialect: Dialect,
  { table = 'latchkey_sessions', schema }: SqlTableOptions,
): SqlTables {
  refuseInvalid('table', table, dialect, dialect.maxLength - dialect.longestSuffix.length)
  if (schema !== undefined) refuseInvalid('schema', schema, dialect, dialect.maxLength)
  const quoted = (name: string) =>
    dialect.quote + name.replaceAll(dialect.quote, dialect.quote.repeat(2)) + dialect.quote
  const prefix = schema === undefined ? '' : `${quoted(schema)}.`
  return {
    sessions: prefix + quoted(table),
    version: prefix + quoted(`${table}_schema`),
    beside: (suffix) => quoted(table + suffix),
    label: schema === undefined ? table : `${schema}.${table}`,
  }
}

function refuseInvalid(option: string, name: string, dialect: Dialect, maxLength: number): void {
  const fault = faultOf(name, dialect, maxLength)
  if (fault === null) return
  throw new SessionError('config_invalid', `${option}: ${fault}. Write a name such as 'latchkey_sessions'.`)
}

function faultOf(name: string, dialect: Dialect, maxLength: number): string | null {
  if (typeof name !== 'string' || name === '') return 'this is not a name'
  if (!isStorable(name)) return 'a name holds only well-formed Unicode without U+0000'
  if (dialect.refused?.[0].test(name)) return dialect.refused[1]
  const length = dialect.measure(name)
  return length > maxLength ? `the name has ${length} ${dialect.unit}, and ${maxLength} is the most` : null
}
