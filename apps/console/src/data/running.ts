import { randomBytes } from 'node:crypto'
import type { Report } from '@latchkey/audit'
import type { Progress } from '../audits/run.ts'
import { type Audit, type AuditMode, auditColumns, type Owner, toAudit } from './audit.ts'
import type { Database } from './database.ts'
import { trimAudits } from './trim.ts'

export interface NewAudit {
  readonly owner: Owner
  readonly url: string
  readonly mode: AuditMode
  /** What may run one audit at a time: a user, or a visitor's address. Kept only while it runs. */
  readonly slot: string
  readonly progress: Progress
}

/**
 * Audits under way, by whichever console. An audit belongs to the process that began it (its credentials are only in
 * that memory): nobody else can end it well. Sign-in details of the audited site never come here.
 * All reject when the database cannot answer.
 */
export interface RunningAudits {
  /** Null when the slot has an audit under way already, in this console or another. */
  begin(audit: NewAudit): Promise<Audit | null>
  /**
   * This process's sign that the audit goes on; a null progress has not changed. Answers `stop` when somebody asked
   * for its end, `gone` when it was deleted or given up.
   */
  beat(id: string, progress: Progress | null): Promise<'go-on' | 'stop' | 'gone'>
  /** Does nothing when it is gone; so does `fail`. */
  finish(id: string, report: Report): Promise<void>
  fail(id: string, failure: string): Promise<void>
  /** Asks the console that runs it. */
  requestStop(id: string): Promise<void>
  /** As of the last beat; null when there is none. */
  progress(id: string): Promise<Progress | null>
  /** Whether its console has not been heard of for {@link lostAfter}. */
  isLost(audit: Audit): boolean
  /** Marks all lost audits as failed. */
  giveUpLost(): Promise<void>
}

/** How long a console may be silent before its audits are given up, in milliseconds; covers clocks that differ. */
export const lostAfter = 30_000

const lost = 'The console that ran this audit went away before it was done.'

const insert = `INSERT INTO console_audits
  (id, user_id, visitor_sid, url, mode, state, started_at, slot, runner, seen_at, progress)
  VALUES ($1, $2, $3, $4, $5, 'running', $6, $7, $8, $6, $9)
  ON CONFLICT DO NOTHING RETURNING ${auditColumns}`
const own = "id = $1 AND runner = $2 AND state = 'running'"
const beat = `UPDATE console_audits SET seen_at = $3, progress = COALESCE($4, progress) WHERE ${own} RETURNING stopping`
const finish = `UPDATE console_audits SET state = 'done', slot = NULL, finished_at = $3, worst = $4, failed = $5,
  report = $6 WHERE ${own}`
const fail = `UPDATE console_audits SET state = 'failed', slot = NULL, finished_at = $3, failure = $4 WHERE ${own}`
const giveUp = `UPDATE console_audits SET state = 'failed', slot = NULL, finished_at = $1, failure = $2
  WHERE state = 'running' AND seen_at <= $3`
const stop = "UPDATE console_audits SET stopping = 1 WHERE id = $1 AND state = 'running'"
const readProgress = 'SELECT progress FROM console_audits WHERE id = $1'

/** @param runner names this process among all that share the database */
export function createRunningAudits(database: Database, now: () => number, runner: string): RunningAudits {
  async function tryBegin({ owner, url, mode, slot, progress }: NewAudit): Promise<Audit | null> {
    const userId = 'userId' in owner ? owner.userId : null
    const visitorSid = 'visitorSid' in owner ? owner.visitorSid : null
    const id = randomBytes(16).toString('base64url')
    const values = [id, userId, visitorSid, url, mode, now(), slot, runner, JSON.stringify(progress)]
    const { rows } = await database.query(insert, ...values)
    if (rows[0] && userId !== null) await trimAudits(database, userId)
    return rows[0] ? toAudit(rows[0]) : null
  }

  async function giveUpLost(): Promise<void> {
    await database.query(giveUp, now(), lost, now() - lostAfter)
  }

  return {
    async begin(audit) {
      const begun = await tryBegin(audit)
      if (begun) return begun
      // What has the slot may have gone down with its console.
      await giveUpLost()
      return tryBegin(audit)
    },
    async beat(id, progress) {
      const text = progress && JSON.stringify(progress)
      const { rows } = await database.query(beat, id, runner, now(), text)
      if (!rows[0]) return 'gone'
      return Number(rows[0].stopping) === 1 ? 'stop' : 'go-on'
    },
    async finish(id, report) {
      const { worst, fail: failed } = report.summary
      await database.query(finish, id, runner, now(), worst, failed, JSON.stringify(report))
    },
    async fail(id, failure) {
      await database.query(fail, id, runner, now(), failure)
    },
    async requestStop(id) {
      await database.query(stop, id)
    },
    async progress(id) {
      const text = (await database.query(readProgress, id)).rows[0]?.progress
      return typeof text === 'string' ? (JSON.parse(text) as Progress) : null
    },
    isLost: ({ state, seenAt }) => state === 'running' && seenAt <= now() - lostAfter,
    giveUpLost,
  }
}
