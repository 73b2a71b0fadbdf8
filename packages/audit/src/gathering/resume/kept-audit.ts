import { rm } from 'node:fs/promises'
import type { EvidenceFile } from '../../evidence/evidence.ts'
import { parseEvidence } from '../../evidence/file.ts'
import type { KeptOracle } from '../../login/oracle/keep-oracle.ts'
import type { AuditOptions } from '../../options/options.ts'
import { nextDue, type TimeoutsState } from '../../probes/timeouts/state.ts'
import { assertWritable, invalid, readSealed, writeSealed } from './sealed-file.ts'

/** An audit that is to be gone on with. */
export interface KeptAudit {
  /** The origin that was asked for: a session goes to no other. */
  readonly origin: string
  readonly oracle: KeptOracle
  readonly state: TimeoutsState
  /** What was gathered before. */
  readonly file: EvidenceFile
}

/** Null where there is none yet. Throws AuditError `resume_invalid`, `resume_passphrase`. */
export async function openKept(options: AuditOptions): Promise<KeptAudit | null> {
  if (options.resume === undefined) return null
  const { file: path, passphrase } = options.resume
  const text = await readSealed(path, passphrase)
  if (text === null) {
    await assertWritable(path)
    return null
  }
  const { file, ...kept }: KeptAudit = JSON.parse(text)
  const { origin } = new URL(options.url)
  if (kept.origin !== origin) throw invalid(path, `is about ${kept.origin}, and not about ${origin}`)
  const { idleSeconds, absoluteSeconds } = kept.state
  const { idleTimeout = null, absoluteTimeout = null } = options
  if (idleSeconds !== idleTimeout || absoluteSeconds !== absoluteTimeout) {
    throw invalid(path, 'was begun with other times: give those again, or begin anew with another file')
  }
  return { ...kept, file: parseEvidence(JSON.stringify(file)) }
}

/** Keeps what is left to be seen; where nothing is, the file goes, as its sessions are of no more use. */
export async function keepAudit(options: AuditOptions, kept: Omit<KeptAudit, 'origin'>): Promise<void> {
  if (options.resume === undefined) return
  const { file: path, passphrase } = options.resume
  if (nextDue(kept.state) === null) return await rm(path, { force: true })
  const { origin } = new URL(options.url)
  await writeSealed(path, passphrase, JSON.stringify({ origin, ...kept } satisfies KeptAudit))
}
