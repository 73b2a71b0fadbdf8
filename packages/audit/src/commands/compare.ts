import { writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import type { Severity } from '../judging/check.ts'
import { compareReports, worseThan } from '../judging/compare.ts'
import { severities } from '../judging/severity.ts'
import { comparisonRenderers } from '../report/comparison.ts'
import { readReport } from '../report/read.ts'
import { type Outcome, say } from './io.ts'
import { checkOutputs, writing } from './outputs.ts'

interface CompareFlags {
  readonly format: keyof typeof comparisonRenderers
  readonly output?: string
  readonly failOn: Severity | 'none'
}

/** `latchkey-audit compare <before> <after>`: calls `done` with 0 or 1. Throws AuditError for bad files. */
export function compareCommand(done: Outcome): Command {
  return new Command('latchkey-audit compare')
    .description('Says which findings of an earlier report are gone, which are new, and which stay.')
    .argument('<before>', 'an earlier report, as --format json writes it')
    .argument('<after>', 'a later one')
    .addOption(
      new Option('-f, --format <format>', 'how to print it')
        .choices(Object.keys(comparisonRenderers))
        .default('text'),
    )
    .option('-o, --output <file>', 'write it to a file')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 when a new finding is this bad or worse')
        .choices([...severities, 'none'])
        .default('medium'),
    )
    .addHelpText('after', HELP)
    .action(async (before: string, after: string, flags: CompareFlags) =>
      done(await compare(before, after, flags)),
    )
}

const HELP = `
"unknown": the finding was there before, and the later audit came to no verdict about it.

Exit codes:
  0  nothing new at or above --fail-on
  1  something is new, or has become as bad
  2  wrong usage, or a file that is no report`

async function compare(
  before: string,
  after: string,
  { format, output, failOn }: CompareFlags,
): Promise<number> {
  if (output !== undefined) await checkOutputs({ format: 'text', output })
  const comparison = compareReports(await readReport(before), await readReport(after))
  const text = comparisonRenderers[format](comparison)
  if (output === undefined) await say(text)
  else await writing(output, () => writeFile(output, text))
  return worseThan(comparison, failOn).length > 0 ? 1 : 0
}
