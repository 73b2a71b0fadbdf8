import type { Database } from './database.ts'

/** How many audits are kept per user; older ones make room. */
export const keptPerUser = 100

const trim = `DELETE FROM console_audits WHERE user_id = $1 AND id NOT IN
  (SELECT id FROM console_audits WHERE user_id = $1 ORDER BY started_at DESC, rowid DESC LIMIT ${keptPerUser})`

/**
 * Removes what a user has too many. Call it after each write that adds one, when that is committed: of several at
 * once, whichever comes last then sees them all.
 */
export async function trimAudits(database: Database, userId: string): Promise<void> {
  await database.query(trim, userId)
}
