import { randomUUID } from 'node:crypto'
import type { Database, Row } from './database.ts'

export interface User {
  readonly id: string
  /** As the user wrote it. */
  readonly name: string
  readonly passwordHash: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** All reject when the database cannot answer. */
export interface Users {
  /** False when the name is taken; nothing is changed then. */
  create(name: string, passwordHash: string): Promise<boolean>
  byName(name: string): Promise<User | null>
  byId(id: string): Promise<User | null>
  /** Replaces the password only if it is still the one that was verified; false when it is not. */
  replacePassword(id: string, verifiedHash: string, newHash: string): Promise<boolean>
}

/** Names are compared without regard to case. */
export const nameKey = (name: string): string => name.toLowerCase()

const insert = `INSERT INTO console_users (id, name, name_key, password_hash, created_at)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name_key) DO NOTHING`
const byName = 'SELECT * FROM console_users WHERE name_key = $1'
const byId = 'SELECT * FROM console_users WHERE id = $1'
const replace = 'UPDATE console_users SET password_hash = $1 WHERE id = $2 AND password_hash = $3'

export function createUsers(database: Database, now: () => number): Users {
  return {
    async create(name, passwordHash) {
      const { changes } = await database.query(insert, randomUUID(), name, nameKey(name), passwordHash, now())
      return changes > 0
    },
    byName: async (name) => toUser((await database.query(byName, nameKey(name))).rows[0]),
    byId: async (id) => toUser((await database.query(byId, id)).rows[0]),
    async replacePassword(id, verifiedHash, newHash) {
      return (await database.query(replace, newHash, id, verifiedHash)).changes > 0
    },
  }
}

function toUser(row: Row | undefined): User | null {
  if (!row) return null
  return {
    id: String(row.id),
    name: String(row.name),
    passwordHash: String(row.password_hash),
    createdAt: Number(row.created_at),
  }
}
