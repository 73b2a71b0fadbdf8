import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { crossSiteRequest } from '../src/checks/cross-site-request.ts'
import type { CrossSiteRequestEvidence, EvidenceFile, Gathered } from '../src/evidence/evidence.ts'
import { judge } from '../src/judging/judge.ts'
import type { AuditOptions } from '../src/options/options.ts'
import { type ActionChoices, actionSite, nicknameAction } from './action-site.ts'
import { audit } from './audit-site.ts'
import { serve, type Visit } from './serve.ts'

/** Audits such a site, and makes sure that its value is what it was. */
export async function tried(t: TestContext, choices: ActionChoices, more: Partial<AuditOptions> = {}) {
  const site = actionSite(choices)
  const { url } = await serve(t, site.routes)
  const file = await audit(url, { action: nicknameAction, ...more })
  assert.equal(site.value(), 'Ada', 'the value is what it was')
  const verdict = judge(file, { finishedAt: '', checks: [crossSiteRequest] }).checks[0]
  assert.ok(verdict)
  return { site, file, verdict, evidence: file.evidence.crossSiteRequest }
}

export function value(evidence: Gathered<CrossSiteRequestEvidence>): CrossSiteRequestEvidence {
  assert.equal(evidence.status, 'gathered', evidence.status === 'gathered' ? '' : evidence.reason)
  return (evidence as { value: CrossSiteRequestEvidence }).value
}

export const changed = (evidence: Gathered<CrossSiteRequestEvidence>) =>
  value(evidence).trials.filter(({ readBack }) => readBack === 'changed')
export const foreign = (visits: readonly Visit[]) =>
  visits.filter(({ headers }) => headers['sec-fetch-site'] === 'cross-site')

export function reasonOf({ evidence: { crossSiteRequest: found } }: EvidenceFile): string {
  return found.status === 'gathered' ? '' : found.reason
}
