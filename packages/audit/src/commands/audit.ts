import { stderr } from 'node:process'
import { Command, Option } from 'commander'
import { readBaseline } from '../config/read-baseline.ts'
import type { EvidenceFile } from '../evidence/evidence.ts'
import { readEvidence, writeEvidence } from '../evidence/file.ts'
import { version } from '../evidence/version.ts'
import { withBaseline } from '../judging/baseline.ts'
import { judge } from '../judging/judge.ts'
import { severities } from '../judging/severity.ts'
import type { Expectations } from '../options/expectations.ts'
import type { AuditOptions } from '../options/options.ts'
import { summaryLine } from '../report/summary.ts'
import { actionFrom, withActionOptions } from './action.ts'
import type { AuditFlags } from './audit-flags.ts'
import {
  type Configured,
  configured,
  expectationsFrom,
  withConfigOption,
  withPolicyOptions,
} from './configured.ts'
import { planAsText } from './dry-run.ts'
import { exitCodeOf, reasonOf } from './exit-code.ts'
import { notice, type Outcome, say, stopOnInterrupt } from './io.ts'
import {
  auditOptionsFrom,
  positive,
  signsIn,
  usage,
  withPasswordChangeOptions,
  withTargetOptions,
} from './options.ts'
import { withOthersOptions } from './others.ts'
import { checkOutputs, deliver, withOutputOptions, writing } from './outputs.ts'
import { progressLine } from './progress.ts'
import { isLiteral, valueReader } from './secret.ts'
import { timeoutsFrom, withTimeoutOptions } from './timeouts.ts'

/** `latchkey-audit <url>`: calls `done` with the exit code: 0, 1, 3, 4 or 5. Throws AuditError for the others. */
export function auditCommand(done: Outcome): Command {
  const command = new Command('latchkey-audit')
    .description('Proves or refutes, by behaviour, that a running site manages its sessions securely.')
    .argument(
      '[url]',
      'where the site starts; nothing but its origin is contacted, and --login-origin in a login',
    )
    .version(version)
    .option('--passive', 'do not sign in; judge what a visitor gets, in at most 15 requests')
    .option(
      '--expect-sessions <number>',
      'most sessions a user may have at a time, by your policy; without it they are only counted',
      positive,
    )
    .option(
      '--id-samples <number>',
      'session IDs to collect as a visitor, 8 to 1000: more show more random bits (default: 8)',
      positive,
    )
    .option(
      '--baseline <file>',
      'known findings, accepted until a day: they are shown, and do not fail the run',
    )
    .option('--dry-run', 'print what would be done, and do nothing')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 when a finding is this bad or worse')
        .choices([...severities, 'none'])
        .default('medium'),
    )
    .option('--allow-inconclusive', 'exit with 0 although a check of high severity is undecided')
    .option('--save-evidence <file>', 'keep what was gathered, without secrets, to judge it again later')
    .option('--from-evidence <file>', 'judge a saved file again instead of a site; no network')
    .addHelpText('after', HELP)
    .action(async (url: string | undefined, typed: AuditFlags) => {
      const given = await configured(command, typed)
      const ofFile = typed.fromEvidence === undefined ? given.url : undefined
      done(await run(url ?? ofFile, given))
    })
  return OPTIONS.reduce((made, add) => add(made), command)
}

/** The rest of its options, in the order of `--help`. */
const OPTIONS = [
  withOutputOptions,
  withConfigOption,
  withPolicyOptions,
  withTargetOptions,
  withActionOptions,
  withTimeoutOptions,
  withPasswordChangeOptions,
  withOthersOptions,
]

const HELP = `
Also:
  latchkey-audit login <url> ...           show how it signs in and tells signed-in from not, and stop
  latchkey-audit compare <before> <after>  say what is new and what is fixed from one JSON report to another
  latchkey-audit baseline <report> ...     accept the findings of a JSON report until a day
  latchkey-audit mcp ...                   serve the auditor to an agent, over the Model Context Protocol

Exit codes:
  0  nothing at or above --fail-on
  1  something is
  2  wrong usage
  3  the audit could not be done, or what carries the session was not established
  4  nothing is, but a check of high severity is undecided (0 with --allow-inconclusive)
  5  nothing is so far, and there is more to see later: run it again with the same --resume

Audit only sites that you may test. Example:
  LATCHKEY_PASSWORD=... latchkey-audit http://localhost:3000/ --username test@example.com`

async function run(url: string | undefined, given: Configured): Promise<number> {
  const { flags } = given
  const expect = await given.inWordsOfFile(() => expectationsFrom(flags, given.expect))
  const options =
    flags.fromEvidence === undefined ? await given.inWordsOfFile(() => siteOptions(url, flags, expect)) : null
  if (options === null && url !== undefined) throw usage('give either a URL or --from-evidence, not both')
  if (options !== null && flags.dryRun) return await dryRun(options)

  await checkOutputs(flags, flags.saveEvidence)
  const baseline = flags.baseline === undefined ? null : await readBaseline(flags.baseline)
  const evidence =
    options === null ? await readEvidence(flags.fromEvidence ?? '') : await gathered(options, flags)
  if (flags.saveEvidence !== undefined) {
    await writing(flags.saveEvidence, () => writeEvidence(flags.saveEvidence ?? '', evidence))
  }
  const judged = judge(evidence, { finishedAt: new Date().toISOString(), ...(expect && { expect }) })
  const report = baseline ? withBaseline(judged, baseline) : judged
  const files = await deliver(report, evidence, flags)
  if (files.length > 0) notice(`${summaryLine(report)}; the report is in ${files.join(', ')}`, flags)
  const code = exitCodeOf(report, flags)
  const why = reasonOf(code, report)
  if (why !== null && !flags.quiet) stderr.write(`latchkey-audit: ${why}\n`)
  return code
}

async function siteOptions(
  url: string | undefined,
  flags: AuditFlags,
  expect: Expectations | undefined,
): Promise<AuditOptions> {
  if (url === undefined) throw usage('say which site: latchkey-audit http://localhost:3000/ --username NAME')
  if (flags.passive && signsIn(flags)) {
    throw usage(
      '--passive does not sign in: leave --username, --cookie, --login-from and --login-command out',
    )
  }
  const read = valueReader()
  const options = await auditOptionsFrom(url, flags, read)
  if (!signsIn(flags) && !flags.passive) {
    throw usage(
      'say how to sign in (--username, --cookie, --login-from or --login-command), or give --passive to look only at what a visitor sees',
    )
  }
  if (flags.password !== undefined && isLiteral(flags.password)) {
    notice('--password can be read by other users of this machine; LATCHKEY_PASSWORD cannot', flags)
  }
  const { expectSessions, idSamples } = flags
  return {
    ...options,
    ...actionFrom(flags),
    ...(await timeoutsFrom(flags, read)),
    ...(expectSessions === undefined ? {} : { expectSessions }),
    ...(expect && { expect }),
    ...(idSamples === undefined ? {} : { idSamples }),
    ...(flags.passive ? { passive: true } : {}),
  }
}

async function dryRun(options: AuditOptions): Promise<number> {
  const { plan } = await import('../gathering/plan.ts')
  await say(planAsText(options, plan(options)))
  return 0
}

/** The network half is loaded only when it is needed: judging a saved file starts at once. */
async function gathered(options: AuditOptions, flags: AuditFlags): Promise<EvidenceFile> {
  const { gather } = await import('../gathering/gather.ts')
  const line = progressLine(stderr, flags.quiet === true)
  const interrupt = stopOnInterrupt(
    options.changePassword || options.action
      ? 'latchkey-audit: stopping; what was changed is changed back first, so do not press Ctrl-C again'
      : undefined,
  )
  try {
    return await gather({ ...options, onProgress: line.onProgress, signal: interrupt.signal })
  } finally {
    interrupt.release()
    line.clear()
  }
}
