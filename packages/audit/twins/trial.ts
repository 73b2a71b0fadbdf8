import { gather } from '../src/gathering/gather.ts'
import { audit, judge as judgeEvidence, renderHtml } from '../src/index.ts'
import type { Report } from '../src/judging/check.ts'
import type { AuditOptions } from '../src/options/options.ts'
import { reportProblems } from '../test/report-schema.ts'
import { passwordsGiven } from './serve/account.ts'
import { CHECKS, NotInstalled, type Running, type Twin } from './twin.ts'

export type Mark = Report['checks'][number]['verdict'] | 'missing'

/** One check's verdict on one twin, held against what was planted. */
export interface Judged {
  readonly check: string
  readonly mark: Mark
  readonly reason: string
  readonly planted: boolean
  /** `false-negative`: planted, and the verdict is anything but a fail. */
  readonly wrong: 'false-positive' | 'false-negative' | null
}

export interface Trial {
  readonly twin: Twin
  readonly judged: readonly Judged[]
  /** What went wrong apart from verdicts: no report, a secret in it, a link that must not be followed. */
  readonly broken: readonly string[]
  /** Why the twin did not run at all; null when it did. */
  readonly notRun: string | null
  readonly milliseconds: number
}

/** Starts a twin, audits it as a user would, and holds the report against what was planted. */
export async function tryTwin(twin: Twin): Promise<Trial> {
  const started = performance.now()
  const done = (judged: readonly Judged[], broken: readonly string[], notRun: string | null): Trial => {
    return { twin, judged, broken, notRun, milliseconds: performance.now() - started }
  }
  try {
    await using running = await disposable(twin)
    const { url } = running
    const report = await auditOf({ url, ...twin.options(url) }, running).catch((error: unknown) =>
      String(error),
    )
    const harm = [
      ...(running.deleted() ? ['the delete-account link was followed'] : []),
      ...(running.passwordIsBack() ? [] : ['the password was changed and not changed back']),
    ]
    if (typeof report === 'string') return done(judge(twin, []), [`no report: ${report}`, ...harm], null)
    const ill = [...leaks(report, running.issued()), ...unfit(report), ...harm]
    return done(judge(twin, report.checks), ill, null)
  } catch (error) {
    if (error instanceof NotInstalled) return done([], [], error.message)
    throw error
  }
}

/** Where a site's sessions end by a clock of its own, nobody waits for it. */
async function auditOf(options: AuditOptions, { clock }: Running): Promise<Report> {
  if (clock === undefined) return await audit(options)
  return judgeEvidence(await gather(options, clock), { finishedAt: new Date().toISOString() })
}

/** True when the twin ran and every expectation was met. */
export function isRight(trial: Trial): boolean {
  return (
    trial.notRun === null && trial.broken.length === 0 && trial.judged.every(({ wrong }) => wrong === null)
  )
}

/** Each thing that is wrong, in a sentence. */
export function complaints(trial: Trial): string[] {
  const wrong = trial.judged.filter((one) => one.wrong !== null)
  return [
    ...wrong.map(({ check, mark, reason, wrong }) => `${wrong}: ${check} is ${mark} (${reason})`),
    ...trial.broken,
  ]
}

/** Each check's verdict beside what was planted; a check that is not in the report is `missing`. */
export function judge(
  twin: Pick<Twin, 'planted'>,
  checks: readonly Pick<Report['checks'][number], 'id' | 'verdict' | 'reason'>[],
): Judged[] {
  const others = checks.map(({ id }) => id).filter((id) => !CHECKS.some((known) => known === id))
  return [...CHECKS, ...others].map((check) => {
    const result = checks.find(({ id }) => id === check)
    const planted = twin.planted.some((id) => id === check)
    const mark = result?.verdict ?? 'missing'
    const failed = mark === 'fail'
    const wrong = failed === planted ? null : planted ? 'false-negative' : 'false-positive'
    return { check, mark, reason: result?.reason ?? 'not in the report', planted, wrong }
  })
}

/** Bytes of a page that is still to be sent round and opened on a telephone. */
const MOST_HTML = 300_000

function unfit(report: Report): string[] {
  const size = Buffer.byteLength(renderHtml(report))
  return [
    ...reportProblems(report).map((problem) => `the report is not as its schema says: ${problem}`),
    ...(size > MOST_HTML ? [`the HTML report has ${size} bytes`] : []),
  ]
}

/** Names what leaked by kind only: this output is kept in logs. */
function leaks(report: Report, issued: readonly string[]): string[] {
  const text = JSON.stringify(report) + renderHtml(report)
  const cookies = issued.filter((value) => text.includes(value)).length
  return [
    ...([...passwordsGiven].some((password) => text.includes(password))
      ? ['secret leaked: a password is in the report']
      : []),
    ...(cookies > 0 ? [`secret leaked: ${cookies} cookie value(s) are in the report`] : []),
  ]
}

async function disposable(twin: Twin) {
  const running = await twin.start()
  return { ...running, [Symbol.asyncDispose]: () => running.close() }
}
