import { rm } from 'node:fs/promises'
import type { EvidenceFile } from '../../evidence/evidence.ts'
import { parseEvidence } from '../../evidence/file.ts'
import type { KeptOracle } from '../../login/oracle/keep-oracle.ts'
import type { AuditOptions } from '../../options/options.ts'
import { nextDue, type TimeoutsState } from '../../probes/timeouts/state.ts'
import { invalid, openSealed } from './sealed-file.ts'

/** An audit that is to be gone on with. */
export interface KeptAudit {
  /** The origin that was asked for: a session goes to no other. */
  readonly origin: string
  readonly oracle: KeptOracle
  readonly state: TimeoutsState
  /** What was gathered before. */
  readonly file: EvidenceFile
}

/** Where an audit is kept; null where it is kept nowhere. */
export interface Keeping {
  /** What was kept before; null where nothing was. */
  readonly before: KeptAudit | null
  /** Keeps what is left to be seen; where nothing is, the file goes, as its sessions are of no more use. */
  keep(kept: Omit<KeptAudit, 'origin'>): Promise<void>
}

/** Throws AuditError `resume_invalid`, `resume_passphrase`. */
export async function openKeeping(options: AuditOptions): Promise<Keeping | null> {
  if (options.resume === undefined) return null
  const { file: path, passphrase } = options.resume
  const sealed = await openSealed(path, passphrase)
  const { origin } = new URL(options.url)
  return {
    before: sealed.text === null ? null : checked(path, JSON.parse(sealed.text), options),
    async keep(kept) {
      if (nextDue(kept.state) === null) return await rm(path, { force: true })
      await sealed.write(JSON.stringify({ origin, ...kept } satisfies KeptAudit))
    },
  }
}

/** Its own passphrase says that it is what was written; not that it is what this audit is about. */
function checked(path: string, kept: KeptAudit, options: AuditOptions): KeptAudit {
  const { origin } = new URL(options.url)
  if (kept.origin !== origin) throw invalid(path, `is about ${kept.origin}, and not about ${origin}`)
  const { idleSeconds, absoluteSeconds } = kept.state
  const { idleTimeout = null, absoluteTimeout = null } = options
  if (idleSeconds !== idleTimeout || absoluteSeconds !== absoluteTimeout) {
    throw invalid(path, 'was begun with other times: give those again, or begin anew with another file')
  }
  return { ...kept, file: parseEvidence(JSON.stringify(kept.file)) }
}
