import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Report, Severity } from '@latchkey/audit'

export interface Audit {
  /** 128 random bits. */
  readonly id: string
  /** Whose it is; null for a visitor's. */
  readonly userId: string | null
  /** The session of the visitor who started it. */
  readonly visitorSid: string | null
  readonly url: string
  readonly mode: AuditMode
  readonly state: 'running' | 'done' | 'failed'
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly finishedAt: number | null
  /** Why it could not be done; null unless `failed`. */
  readonly failure: string | null
  readonly worst: Severity | null
  /** How many checks failed. */
  readonly failed: number
}

export type AuditMode = 'passive' | 'active'

/** Who started an audit: a user, or a visitor's session. */
export type Owner = { readonly userId: string } | { readonly visitorSid: string }

/** Audits and their reports. Sign-in details of the audited site never come here. */
export interface Audits {
  create(owner: Owner, url: string, mode: AuditMode): Audit
  /** Null when there is none, or a visitor's hour is over. */
  find(id: string): Audit | null
  report(id: string): Report | null
  /** Newest first. */
  list(userId: string): Audit[]
  finish(id: string, report: Report): void
  fail(id: string, failure: string): void
  delete(id: string): void
  /** Gives a visitor's audits to the user they signed in as. */
  claim(visitorSid: string, userId: string): void
  /** Removes visitors' audits whose hour is over. */
  sweep(): void
}

/** How long a visitor's report is kept, in milliseconds. */
export const visitorReportLife = 3_600_000
/** How many audits are kept per user; older ones make room. */
export const keptPerUser = 100

const columns = 'id, user_id, visitor_sid, url, mode, state, started_at, finished_at, failure, worst, failed'

export function createAudits(database: DatabaseSync, now: () => number): Audits {
  const insert = database.prepare(
    'INSERT INTO audits (id, user_id, visitor_sid, url, mode, state, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const trim = database.prepare(
    `DELETE FROM audits WHERE user_id = ?1 AND id NOT IN
     (SELECT id FROM audits WHERE user_id = ?1 ORDER BY started_at DESC, rowid DESC LIMIT ${keptPerUser})`,
  )
  const find = database.prepare(`SELECT ${columns} FROM audits WHERE id = ?`)
  const report = database.prepare('SELECT report FROM audits WHERE id = ?')
  const list = database.prepare(
    `SELECT ${columns} FROM audits WHERE user_id = ? ORDER BY started_at DESC, rowid DESC`,
  )
  const finish = database.prepare(
    "UPDATE audits SET state = 'done', finished_at = ?, worst = ?, failed = ?, report = ? WHERE id = ?",
  )
  const fail = database.prepare(
    "UPDATE audits SET state = 'failed', finished_at = ?, failure = ? WHERE id = ?",
  )
  const remove = database.prepare('DELETE FROM audits WHERE id = ?')
  const claim = database.prepare(
    'UPDATE audits SET user_id = ?, visitor_sid = NULL WHERE visitor_sid = ? AND started_at > ?',
  )
  const sweep = database.prepare('DELETE FROM audits WHERE user_id IS NULL AND started_at <= ?')
  const visitorsLimit = () => now() - visitorReportLife

  // A run does not outlive its process: its credentials were only in that memory.
  database
    .prepare("UPDATE audits SET state = 'failed', finished_at = ?, failure = ? WHERE state = 'running'")
    .run(now(), 'The console was restarted while this audit ran.')

  return {
    create(owner, url, mode) {
      const userId = 'userId' in owner ? owner.userId : null
      const visitorSid = 'visitorSid' in owner ? owner.visitorSid : null
      const id = randomBytes(16).toString('base64url')
      const startedAt = now()
      insert.run(id, userId, visitorSid, url, mode, 'running', startedAt)
      if (userId !== null) trim.run(userId)
      const open = { state: 'running', finishedAt: null, failure: null, worst: null, failed: 0 } as const
      return { id, userId, visitorSid, url, mode, startedAt, ...open }
    },
    find(id) {
      const row = find.get(id)
      const audit = row ? toAudit(row) : null
      return audit?.userId === null && audit.startedAt <= visitorsLimit() ? null : audit
    },
    report(id) {
      const text = report.get(id)?.report
      return typeof text === 'string' ? (JSON.parse(text) as Report) : null
    },
    list: (userId) => list.all(userId).map(toAudit),
    finish(id, result) {
      const { worst, fail: failed } = result.summary
      finish.run(now(), worst, failed, JSON.stringify(result), id)
    },
    fail: (id, failure) => void fail.run(now(), failure, id),
    delete: (id) => void remove.run(id),
    claim: (visitorSid, userId) => void claim.run(userId, visitorSid, visitorsLimit()),
    sweep: () => void sweep.run(visitorsLimit()),
  }
}

function toAudit(row: Record<string, unknown>): Audit {
  return {
    id: String(row.id),
    userId: row.user_id as string | null,
    visitorSid: row.visitor_sid as string | null,
    url: String(row.url),
    mode: row.mode as AuditMode,
    state: row.state as Audit['state'],
    startedAt: Number(row.started_at),
    finishedAt: row.finished_at as number | null,
    failure: row.failure as string | null,
    worst: row.worst as Severity | null,
    failed: Number(row.failed),
  }
}
