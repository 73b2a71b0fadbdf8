import { gather } from './gathering/gather.ts'
import type { Report } from './judging/check.ts'
import { judge } from './judging/judge.ts'
import type { AuditOptions } from './options/options.ts'

/**
 * Audits a running site: gathers evidence over the network, then judges it.
 * @throws AuditError when the audit could not be done; a failed sign-in is one, never a quiet anonymous audit.
 */
export async function audit(options: AuditOptions): Promise<Report> {
  const evidence = await gather(options)
  return judge(evidence, { finishedAt: new Date().toISOString() })
}
