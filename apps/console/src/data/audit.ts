import type { Severity } from '@latchkey/audit'
import type { Row } from './database.ts'

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
  /** When the console that runs it was last heard of; milliseconds since the epoch. */
  readonly seenAt: number
  /** Why it could not be done; null unless `failed`. */
  readonly failure: string | null
  readonly worst: Severity | null
  /** How many checks failed. */
  readonly failed: number
}

export type AuditMode = 'passive' | 'active'

/** Who started an audit: a user, or a visitor's session. */
export type Owner = { readonly userId: string } | { readonly visitorSid: string }

/** The columns that make an {@link Audit}. */
export const auditColumns =
  'id, user_id, visitor_sid, url, mode, state, started_at, finished_at, seen_at, failure, worst, failed'

export function toAudit(row: Row): Audit {
  return {
    id: String(row.id),
    userId: row.user_id as string | null,
    visitorSid: row.visitor_sid as string | null,
    url: String(row.url),
    mode: row.mode as AuditMode,
    state: row.state as Audit['state'],
    startedAt: Number(row.started_at),
    finishedAt: row.finished_at === null ? null : Number(row.finished_at),
    seenAt: Number(row.seen_at),
    failure: row.failure as string | null,
    worst: row.worst as Severity | null,
    failed: Number(row.failed),
  }
}
