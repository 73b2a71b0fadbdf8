import type {
  Control,
  Evidence,
  EvidenceName,
  Exchange,
  Gathered,
  TargetEvidence,
  Took,
} from '../evidence/evidence.ts'
import type { Expectations } from '../options/expectations.ts'
import type { BaselineOutcome } from './accepted.ts'
import type { Moment } from './moment.ts'
import type { SignedIn } from './signed-in.ts'

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info'

/** One thing that is wrong: where, what was seen, and how to mend it. */
export interface Finding {
  /** The cookie, page or step it is about. */
  readonly where: string
  /** The check's own word for the fault, where one place can have several; never shown, and kept from version to version. */
  readonly kind?: string
  /** What was seen, in one sentence, without secrets. */
  readonly seen: string
  /** How to fix it in general; the report adds the framework's own way when one was recognised. */
  readonly fix: string
  /** Ids of the exchanges that prove it; the report shows their curl lines. */
  readonly exchanges: readonly number[]
  /** Overrides the check's severity for this finding. */
  readonly severity?: Severity
}

/**
 * `inconclusive`: a control failed or evidence is missing. It is never a pass.
 * `skipped`: does not apply here.
 */
export type Verdict =
  | (Judged & { readonly verdict: 'pass' | 'inconclusive' | 'skipped' })
  | (Judged & { readonly verdict: 'fail'; readonly findings: readonly Finding[] })

/** What every verdict says, whichever it is. */
interface Judged {
  readonly reason: string
  readonly controls: readonly Control[]
  /** Ids of the exchanges it rests on, findings or not: each has a curl line that can be re-run. */
  readonly exchanges?: readonly number[]
}

/** What a check may look at besides the evidence it declares. */
export interface Context {
  readonly target: TargetEvidence
  /** What was proved to carry the session, in a passive audit a visitor's; null when that is not certain. */
  readonly carriers: readonly string[] | null
  /** What was declared of the sessions; a site that differs fails. */
  readonly expect?: Expectations
  /** Those that are headers. Default: Authorization. */
  readonly headers?: readonly string[]
}

/** The evidence a check declared, unwrapped: `judge` runs only when all of it was gathered. */
export type Declared<Needs extends EvidenceName> = {
  readonly [N in Needs]: Evidence[N] extends Gathered<infer T> ? T : never
}

/** One rule. File name = id = name of its test and of its page in docs/checks. A pure function of evidence. */
export interface Check<Needs extends EvidenceName = EvidenceName> {
  readonly id: string
  /** What is true when it passes. */
  readonly title: string
  /** What somebody can do with it when it fails, in a sentence for people who know nothing of sessions. */
  readonly risk: string
  readonly severity: Severity
  /** 'WSTG-SESS-03', 'ASVS-7.2.4', 'CWE-384' */
  readonly refs: readonly string[]
  /** When one of these was skipped the check is skipped, when one failed it is inconclusive, with that reason. */
  readonly needs: readonly Needs[]
  /** How to fix it by framework name (see FrameworkEvidence.name). */
  readonly fixes?: Readonly<Record<string, string>>
  /** Decides by the evidence that it declared, all of which was gathered. */
  judge(evidence: Declared<Needs>, context: Context): Verdict
}

/** A check's outcome as the report carries it. */
export interface CheckResult {
  readonly id: string
  readonly title: string
  /** What somebody can do with it when it fails; null where the check does not say. */
  readonly risk?: string | null
  readonly verdict: Verdict['verdict']
  /** For a fail the worst of its findings, else the check's own. */
  readonly severity: Severity
  readonly reason: string
  readonly refs: readonly string[]
  readonly controls: readonly Control[]
  readonly findings: readonly ReportedFinding[]
  /** Ids of the exchanges the verdict rests on; `Report.exchanges` has their curl lines. */
  readonly exchanges: readonly number[]
}

/** A finding as the report carries it: severity settled, a name that lasts and the recognised framework's fix added. */
export interface ReportedFinding extends Finding {
  readonly severity: Severity
  readonly frameworkFix: string | null
  /** Ids of the requests to send, in order, to see it again. */
  readonly steps?: readonly number[]
  /** The same in each run for the same fault at the same place; see judging/fingerprint.ts. */
  readonly fingerprint: string
  /** It is known, and accepted until a day; left out where it is not. */
  readonly accepted?: { readonly reason: string; readonly expires: string }
}

/**
 * `not-established`: what carries the session was not proved, so that most checks could not begin.
 * `undecided`: a check of high severity is inconclusive. `decided`: neither.
 */
export type AuditOutcome = 'decided' | 'undecided' | 'not-established'

/** The whole result, as data. Its JSON form is documented in docs/report-schema.md. */
export interface Report {
  readonly schema: 'latchkey-report/1'
  readonly tool: { readonly name: '@latchkey/audit'; readonly version: string }
  readonly target: TargetEvidence
  readonly finishedAt: string
  readonly summary: Readonly<Record<Verdict['verdict'], number>> & { readonly worst: Severity | null }
  /** Whether the report can be relied on where it names no fail. */
  readonly outcome: AuditOutcome
  readonly framework: string | null
  /** As a header of the site says it; null where none does. */
  readonly frameworkVersion?: string | null
  /** Who was signed in, how, and what proves it; null where nobody was. */
  readonly signedIn?: SignedIn | null
  /** What happened to the session, in order: the picture of it. */
  readonly life?: readonly Moment[]
  /** Each minimal set of cookies that is enough to be signed in; empty when it was not established. */
  readonly carriers: readonly { readonly names: readonly string[] }[]
  /** Without a sign-in: the cookies that were proved to be what a visitor's session is in; a sign-in keeps or replaces them. */
  readonly visitorSession?: readonly string[]
  /** What a visitor can see of protections that are not tried. */
  readonly hints?: readonly string[]
  readonly oracle: string | null
  /** What is worth knowing of the site although it is no verdict. */
  readonly notes: readonly string[]
  readonly checks: readonly CheckResult[]
  /** What was declared, and the site held to; left out where nothing was. */
  readonly expect?: Expectations
  /** What became of the baseline; left out where none was given. */
  readonly baseline?: BaselineOutcome
  /** When the same audit is to be run again, and when for the last time (ISO 8601); null where it is done. */
  readonly comeBack?: { readonly next: string; readonly last: string } | null
  /** What the audit asked of the site; null where the evidence does not say. */
  readonly took: Took | null
  /** The exchanges that controls and findings refer to. */
  readonly exchanges: readonly Exchange[]
}
