/** The public face of @latchkey/audit. Only what is named here, and the shape of evidence, is promised to stay. */

export { audit } from './audit.ts'
export { checks } from './checks/index.ts'


export { readBaseline } from './config/read-baseline.ts'
export { parsePolicy, type ReadPolicyOptions, readPolicy } from './config/read-policy.ts'


export type * from './evidence/authentication.ts'
export type * from './evidence/evidence.ts'
export { parseEvidence, readEvidence, writeEvidence } from './evidence/file.ts'
export { gather, inspectLogin, type LoginInspection } from './gathering/gather.ts'
export { type PlannedStep, plan } from './gathering/plan.ts'
export type { Tried } from './gathering/tried.ts'
export type { AcceptedFinding, Baseline, BaselineOutcome } from './judging/accepted.ts'
export { withBaseline } from './judging/baseline.ts'
export type {
  AuditOutcome,
  Check,
  CheckResult,
  Context,
  Declared,
  Finding,
  Report,
  ReportedFinding,
  Severity,
  Verdict,
} from './judging/check.ts'
export { type Compared, type Comparison, compareReports } from './judging/compare.ts'
export { fingerprintOf } from './judging/fingerprint.ts'
export { type JudgeOptions, judge } from './judging/judge.ts'
export type { Lane, Moment } from './judging/moment.ts'
export { atLeast, severities } from './judging/severity.ts'
export type { SignedIn } from './judging/signed-in.ts'
export type { ActionFields, ReversibleAction } from './options/action.ts'
export { AuditError, type AuditErrorCode } from './options/errors.ts'
export type { Expectations } from './options/expectations.ts'
export type { AuditOptions, ProgressEvent } from './options/options.ts'
export { type Recording, readRecording } from './options/recording/recording.ts'
export { renderHar } from './report/har.ts'
export { reportCss } from './report/html/css.ts'
export { reportFragment } from './report/html/fragment.ts'
export { renderHtml } from './report/html/html.ts'
export { type Format, type RenderOptions, renderers } from './report/index.ts'
export { renderJson } from './report/json.ts'
export { renderJunit } from './report/junit.ts'
export { lifePicture } from './report/life/picture.ts'
export { renderMarkdown } from './report/markdown.ts'
export { parseReport, readReport } from './report/read.ts'
export { renderSarif } from './report/sarif.ts'
export { renderText } from './report/text.ts'
