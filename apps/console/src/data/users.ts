import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

export interface User {
  readonly id: string
  /** As the user wrote it. */
  readonly name: string
  readonly passwordHash: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

export interface Users {
  /** False when the name is taken; nothing is changed then. */
  create(name: string, passwordHash: string): boolean
  byName(name: string): User | null
  byId(id: string): User | null
  /** Replaces the password only if it is still the one that was verified; false when it is not. */
  replacePassword(id: string, verifiedHash: string, newHash: string): boolean
}

/** Names are compared without regard to case. */
export const nameKey = (name: string): string => name.toLowerCase()

export function createUsers(database: DatabaseSync, now: () => number): Users {
  const insert = database.prepare(
    `INSERT INTO users (id, name, name_key, password_hash, created_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (name_key) DO NOTHING`,
  )
  const byName = database.prepare('SELECT * FROM users WHERE name_key = ?')
  const byId = database.prepare('SELECT * FROM users WHERE id = ?')
  const replace = database.prepare('UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?')

  return {
    create: (name, passwordHash) =>
      Number(insert.run(randomUUID(), name, nameKey(name), passwordHash, now()).changes) > 0,
    byName: (name) => toUser(byName.get(nameKey(name))),
    byId: (id) => toUser(byId.get(id)),
    replacePassword: (id, verifiedHash, newHash) =>
      Number(replace.run(newHash, id, verifiedHash).changes) > 0,
  }
}

function toUser(row: Record<string, unknown> | undefined): User | null {
  if (!row) return null
  return {
    id: String(row.id),
    name: String(row.name),
    passwordHash: String(row.password_hash),
    createdAt: Number(row.created_at),
  }
}
