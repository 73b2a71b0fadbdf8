import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { stderr } from 'node:process'
import { Command } from 'commander'
import { readBaseline } from '../config/read-baseline.ts'
import type { AcceptedFinding, Baseline } from '../judging/accepted.ts'
import type { Report } from '../judging/check.ts'
import { fingerprintOf } from '../judging/fingerprint.ts'
import { visible } from '../report/escape.ts'
import { readReport } from '../report/read.ts'
import { type Outcome, say } from './io.ts'
import { usage } from './options.ts'

interface BaselineFlags {
  readonly reason: string
  readonly expires: string
  readonly check?: string[]
  readonly fingerprint?: string[]
  readonly output: string
}

/** `latchkey-audit baseline <report>`: accepts the findings of a report until a day, in a file that is committed. */
export function baselineCommand(done: Outcome): Command {
  const several = (given: string, before: string[] = []) => [...before, given]
  return new Command('latchkey-audit baseline')
    .description('Accepts the findings of a report until a day; entries that are there stay.')
    .argument('<report>', 'what --format json wrote')
    .requiredOption('--reason <text>', 'why they are accepted')
    .requiredOption('--expires <day>', 'the last day on which they are, such as 2027-03-01')
    .option('--check <id>', 'only those of this check (may be repeated)', several)
    .option('--fingerprint <hex>', 'only this one (may be repeated)', several)
    .option('-o, --output <file>', 'the file', 'latchkey.baseline.json')
    .action(async (report: string, flags: BaselineFlags) => done(await run(report, flags)))
}

async function run(path: string, flags: BaselineFlags): Promise<number> {
  const { reason, expires, output } = flags
  if (reason.trim() === '') throw usage('--reason says why the findings are accepted; it must not be empty')
  if (!isDay(expires)) throw usage('--expires is a day, such as 2027-03-01')
  if (expires < new Date().toISOString().slice(0, 10)) throw usage(`--expires ${expires} is over`)
  const before: Baseline = existsSync(output)
    ? await readBaseline(output)
    : { schema: 'latchkey-baseline/1', accepted: [] }
  const added = chosen(await readReport(path), flags).map(
    (finding): AcceptedFinding => ({ ...finding, reason, expires }),
  )
  const again = new Set(added.map(({ fingerprint }) => fingerprint))
  const kept = before.accepted.filter(({ fingerprint }) => !again.has(fingerprint))
  const baseline = { ...before, accepted: [...kept, ...added] }
  await writeFile(output, `${JSON.stringify(baseline, null, 2)}\n`).catch((error: NodeJS.ErrnoException) => {
    throw usage(`cannot write ${output} (${error.code ?? 'unknown reason'})`)
  })
  const lines = added.map(({ check, where }) => `  ${visible(`${check}: ${where}`)}\n`)
  await say(`${output}: accepted until ${expires}:\n${lines.join('')}`)
  if (added.length === 0) stderr.write('latchkey-audit: the report has no such finding\n')
  return added.length === 0 ? 2 : 0
}

type Named = Pick<AcceptedFinding, 'fingerprint' | 'check' | 'where'>

/** Each fault once: several findings can have one fingerprint. */
function chosen({ checks }: Report, { check: ids, fingerprint: wanted }: BaselineFlags): readonly Named[] {
  const all = checks.flatMap(({ id, findings }) =>
    findings.map(
      (finding): Named => ({
        fingerprint: finding.fingerprint ?? fingerprintOf(id, finding),
        check: id,
        where: finding.where,
      }),
    ),
  )
  const asked = all.filter(
    ({ check, fingerprint }) =>
      (ids?.includes(check) ?? true) && (wanted?.includes(fingerprint.toLowerCase()) ?? true),
  )
  return [...new Map(asked.map((finding) => [finding.fingerprint, finding])).values()]
}

function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null
  return at !== null && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}
