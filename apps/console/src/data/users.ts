import { randomUUID } from 'node:crypto'
import type { Database, Row } from './database.ts'

export interface User {
  readonly id: string
  /** As the user wrote it. */
  readonly name: string
  readonly passwordHash: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Since when the account is disabled: it has no sessions and nobody can sign in to it. Null: it is not. */
  readonly disabledAt: number | null
}

/** All reject when the database cannot answer. */
export interface Users {
  /** False when the name is taken; nothing is changed then. */
  create(name: string, passwordHash: string): Promise<boolean>
  byName(name: string): Promise<User | null>
  byId(id: string): Promise<User | null>
  /** By name, from the first after `after` on. */
  list(page: { readonly after: string; readonly limit: number }): Promise<User[]>
  /** Replaces the password only if it is still the one that was verified; false when it is not. */
  replacePassword(id: string, verifiedHash: string, newHash: string): Promise<boolean>
  /** False when there is no such account. It takes two steps: end the account's sessions after it. */
  disable(id: string): Promise<boolean>
  enable(id: string): Promise<boolean>
  /** Removes the account with its audits and its history. End its sessions after it. */
  delete(id: string): Promise<boolean>
}

export const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{1,30})[A-Za-z0-9]$/

/** Names are compared without regard to case. */
export const nameKey = (name: string): string => name.toLowerCase()

const insert = `INSERT INTO console_users (id, name, name_key, password_hash, created_at)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name_key) DO NOTHING`
const byName = 'SELECT * FROM console_users WHERE name_key = $1'
const byId = 'SELECT * FROM console_users WHERE id = $1'
const list = 'SELECT * FROM console_users WHERE name_key > $1 ORDER BY name_key LIMIT $2'
const replace = 'UPDATE console_users SET password_hash = $1 WHERE id = $2 AND password_hash = $3'
const disable = 'UPDATE console_users SET disabled_at = COALESCE(disabled_at, $2) WHERE id = $1'
const enable = 'UPDATE console_users SET disabled_at = NULL WHERE id = $1'
const remove = 'DELETE FROM console_users WHERE id = $1'

export function createUsers(database: Database, now: () => number): Users {
  const writes = async (sql: string, ...values: (string | number)[]) =>
    (await database.query(sql, ...values)).changes > 0

  return {
    create: (name, passwordHash) => writes(insert, randomUUID(), name, nameKey(name), passwordHash, now()),
    byName: async (name) => toUser((await database.query(byName, nameKey(name))).rows[0]),
    byId: async (id) => toUser((await database.query(byId, id)).rows[0]),
    async list({ after, limit }) {
      const { rows } = await database.query(list, nameKey(after), limit)
      return rows.map(toUser).filter((user) => user !== null)
    },
    replacePassword: (id, verifiedHash, newHash) => writes(replace, newHash, id, verifiedHash),
    disable: (id) => writes(disable, id, now()),
    enable: (id) => writes(enable, id),
    delete: (id) => writes(remove, id),
  }
}

function toUser(row: Row | undefined): User | null {
  if (!row) return null
  return {
    id: String(row.id),
    name: String(row.name),
    passwordHash: String(row.password_hash),
    createdAt: Number(row.created_at),
    disabledAt: row.disabled_at === null ? null : Number(row.disabled_at),
  }
}
