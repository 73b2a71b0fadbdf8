import type { Report } from '@latchkey/audit'
import { type Audit, auditColumns, toAudit } from './audit.ts'
import type { Database } from './database.ts'
import type { RunningAudits } from './running.ts'
import { trimAudits } from './trim.ts'

/** Audits and their reports, as pages show them. All reject when the database cannot answer. */
export interface Audits {
  /** Null when there is none, or a visitor's hour is over. */
  find(id: string): Promise<Audit | null>
  report(id: string): Promise<Report | null>
  /** The last one before it of the same site, in the same way and by the same owner, that has a report. */
  before(audit: Audit): Promise<Audit | null>
  /** Newest first. */
  list(userId: string): Promise<Audit[]>
  delete(id: string): Promise<void>
  /** Gives a visitor's audits to the user they signed in as. */
  claim(visitorSid: string, userId: string): Promise<void>
  /** Removes visitors' audits whose hour is over, and gives up those whose console is gone. */
  sweep(): Promise<void>
}

/** How long a visitor's report is kept, in milliseconds. */
export const visitorReportLife = 3_600_000

const find = `SELECT ${auditColumns} FROM console_audits WHERE id = $1`
const list = `SELECT ${auditColumns} FROM console_audits WHERE user_id = $1 ORDER BY started_at DESC, rowid DESC`
const before = `SELECT ${auditColumns} FROM console_audits WHERE url = $1 AND mode = $2 AND state = 'done'
  AND (user_id = $3 OR visitor_sid = $4) AND started_at < $5 AND started_at > $6
  ORDER BY started_at DESC, rowid DESC LIMIT 1`
const report = 'SELECT report FROM console_audits WHERE id = $1'
const remove = 'DELETE FROM console_audits WHERE id = $1'
const claim =
  'UPDATE console_audits SET user_id = $1, visitor_sid = NULL WHERE visitor_sid = $2 AND started_at > $3'
const sweep = 'DELETE FROM console_audits WHERE user_id IS NULL AND started_at <= $1'

export function createAudits(
  database: Database,
  now: () => number,
  running: Pick<RunningAudits, 'isLost' | 'giveUpLost'>,
): Audits {
  const visitorsLimit = () => now() - visitorReportLife

  /** Whoever looks at an audit whose console is gone says so first. */
  async function read(sql: string, value: string): Promise<Audit[]> {
    const audits = (await database.query(sql, value)).rows.map(toAudit)
    if (!audits.some(running.isLost)) return audits
    await running.giveUpLost()
    return (await database.query(sql, value)).rows.map(toAudit)
  }

  return {
    async find(id) {
      const [audit = null] = await read(find, id)
      return audit?.userId === null && audit.startedAt <= visitorsLimit() ? null : audit
    },
    list: (userId) => read(list, userId),
    async before({ userId, visitorSid, url, mode, startedAt }) {
      const since = userId === null ? visitorsLimit() : 0
      const { rows } = await database.query(before, url, mode, userId, visitorSid, startedAt, since)
      return rows[0] ? toAudit(rows[0]) : null
    },
    async report(id) {
      const text = (await database.query(report, id)).rows[0]?.report
      return typeof text === 'string' ? (JSON.parse(text) as Report) : null
    },
    async delete(id) {
      await database.query(remove, id)
    },
    async claim(visitorSid, userId) {
      const { changes } = await database.query(claim, userId, visitorSid, visitorsLimit())
      if (changes > 0) await trimAudits(database, userId)
    },
    async sweep() {
      await running.giveUpLost()
      await database.query(sweep, visitorsLimit())
    },
  }
}
