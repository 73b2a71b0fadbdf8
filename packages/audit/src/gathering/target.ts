import type { TargetEvidence } from '../evidence/evidence.ts'
import { hostOf, isLoopback } from '../network/host.ts'
import type { AuditOptions } from '../options/options.ts'

/** What is audited, as the report shows it. */
export function describeTarget(options: AuditOptions, url: URL, startedAt: Date): TargetEvidence {
  return {
    url: url.href,
    origin: url.origin,
    https: url.protocol === 'https:',
    loopback: isLoopback(hostOf(url)),
    insecure: options.insecure === true,
    passive: options.passive === true,
    startedAt: startedAt.toISOString(),
  }
}
