import { SessionError } from '../../errors.ts'
import type { MutableFields, SessionRecord } from '../../store.ts'
import { withData } from '../data/lazy-data.ts'

export type Column = string | number | null

/**
 * Sweeping looks for ended rows by the quarter of an hour in which they end: `expiry_slot` is what an index keeps in
 * place of `expires_at`, so that most uses of a session change no index. Part of the schema.
 */
export const slotMilliseconds = 15 * 60_000

/** Keeps what both databases call integer; the order of the slots stays. */
const lastSlot = 2 ** 31 - 1

export function expirySlot(time: number): number {
  return Math.min(Math.max(Math.floor(time / slotMilliseconds), -lastSlot), lastSlot)
}

/** Bytes of the longest user id that both databases can index. */
export const maxUserIdBytes = 2048

/** What every column but `data` holds, by the field it comes from. */
export const fieldColumns: readonly (readonly [keyof MutableFields, string])[] = [
  ['userId', 'user_id'],
  ['secretHash', 'secret_hash'],
  ['previous', 'previous'],
  ['policy', 'policy'],
  ['authenticatedAt', 'authenticated_at'],
  ['lastSeenAt', 'last_seen_at'],
  ['renewedAt', 'renewed_at'],
  ['expiresAt', 'expires_at'],
]

/** In the order of {@link rowOf}. */
export const insertColumns = [
  'sid',
  ...fieldColumns.map(([, column]) => column),
  'expiry_slot',
  'created_at',
  'rev',
  'data',
]

export function rowOf(record: SessionRecord): Column[] {
  const fields = fieldColumns.map(([field]) => toColumn(record, field))
  const { sid, expiresAt, createdAt, rev, data } = record
  return [sid, ...fields, expirySlot(expiresAt), createdAt, rev, JSON.stringify(data)]
}

/** The columns that a change of fields sets, with their new values. */
export function changedColumns(fields: Partial<MutableFields>): [column: string, value: Column][] {
  const changed: [string, Column][] = fieldColumns
    .filter(([field]) => fields[field] !== undefined)
    .map(([field, column]) => [column, toColumn(fields, field)])
  if (fields.expiresAt !== undefined) changed.push(['expiry_slot', expirySlot(fields.expiresAt)])
  return changed
}

function toColumn(fields: Partial<MutableFields>, field: keyof MutableFields): Column {
  const value = fields[field] ?? null
  if (field === 'userId' && typeof value === 'string') refuseLong(value)
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

function refuseLong(userId: string): void {
  const bytes = Buffer.byteLength(userId)
  if (bytes <= maxUserIdBytes) return
  throw new SessionError(
    'user_id_invalid',
    `The user id has ${bytes} bytes, this store keeps at most ${maxUserIdBytes}. Use the key of the user.`,
  )
}

/** What a row is read as: these in one JSON array, and the data apart. */
export const readColumns = [
  'user_id',
  'secret_hash',
  'previous',
  'policy',
  'created_at',
  'authenticated_at',
  'last_seen_at',
  'renewed_at',
  'expires_at',
  'rev',
] as const

type ReadRow = readonly [
  userId: string | null,
  secretHash: string,
  previous: string | null,
  policy: string,
  createdAt: number,
  authenticatedAt: number | null,
  lastSeenAt: number,
  renewedAt: number,
  expiresAt: number,
  rev: number,
]

/** @throws SessionError `store_unavailable` for what the client has made something else of */
export function toRecord(sid: string, columns: unknown, data: unknown): SessionRecord {
  const row = rowFrom(columns)
  const fields = {
    sid,
    userId: row[0],
    secretHash: row[1],
    previous: row[2] === null ? null : JSON.parse(row[2]),
    policy: row[3],
    createdAt: row[4],
    authenticatedAt: row[5],
    lastSeenAt: row[6],
    renewedAt: row[7],
    expiresAt: row[8],
    rev: row[9],
  }
  return withData(fields, textOf(data))
}

function rowFrom(columns: unknown): ReadRow {
  // MySQL says that its array is JSON, which its driver has parsed then.
  const row = typeof columns === 'string' ? parsed(columns) : columns
  if (Array.isArray(row) && row.length === readColumns.length) return row as unknown as ReadRow
  throw misread()
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // What the parser says of it holds a part of the text.
    throw misread()
  }
}

/** @throws SessionError `store_unavailable` unless it is the text that was selected */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw misread()
}

// How the client is set up is no fault of a session: taken for broken data, it would be a reason to end each one.
function misread(): SessionError {
  return new SessionError(
    'store_unavailable',
    'The database client gives something else than the text that was selected, so no session can be read; none was ' +
      'ended. Leave its way to read text as it is by default (pg: types, setTypeParser; mysql2: typeCast).',
  )
}
