/**
 * `npm run twins [-- part-of-a-name]`: audits every twin and prints a table, check by twin.
 * `npm run twins -- --serve NAME`: starts one of them to be looked at.
 * `npm run twins -- --real [part-of-a-name]`: versions of real packages with a published CVE, beside their mended ones.
 * `npm run twins -- --beside wapiti [part-of-a-name]`: the same sites by wapiti, the distribution's.
 * `npm run twins -- --cost [--before FOLDER] [--delay MS] [--runs N]`: what an audit takes, step by step.
 * Exits 1 unless there is no false positive, no false negative, no leaked secret, no followed delete link,
 * and every twin ran. `--allow-missing` forgives the twins whose interpreter is not installed.
 */
import { showBeside } from './beside/run.ts'
import { showCost } from './cost/run.ts'
import { showReal } from './real/run.ts'
import { serveOne } from './serve-one.ts'
import { heading, LEGEND, row } from './table.ts'
import { complaints, isRight, type Trial, tryTwin } from './trial.ts'
import { CHECKS } from './twin.ts'
import { twins } from './twins.ts'

const served = process.argv.indexOf('--serve')
if (served >= 0) {
  const name = process.argv[served + 1] ?? ''
  if (await serveOne(name)) process.exit(0)
  console.error(
    `No twin is called "${name}". There are:\n${twins.map((twin) => `  ${twin.name}`).join('\n')}`,
  )
  process.exit(2)
}

if (process.argv.includes('--cost')) {
  await showCost({
    before: after('--before'),
    delay: Number(after('--delay') ?? 0),
    runs: Number(after('--runs') ?? 3),
  })
  process.exit(0)
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
if (process.argv.includes('--beside')) {
  process.exit((await showBeside(wanted.filter((word) => word !== 'wapiti'))) ? 0 : 1)
}
if (process.argv.includes('--real')) process.exit((await showReal(wanted)) ? 0 : 1)
const allowMissing = process.argv.includes('--allow-missing')
const chosen = twins.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
const width = Math.max(...chosen.map(({ name }) => name.length), 0)

const trials: Trial[] = []
console.log(heading(width))
for (let first = 0; first < chosen.length; first += 2) {
  for (const trial of await Promise.all(chosen.slice(first, first + 2).map(tryTwin))) {
    trials.push(trial)
    console.log(row(trial, width, colour))
  }
}
console.log(`\n${LEGEND}`)
report(trials)

function after(flag: string): string | null {
  const at = process.argv.indexOf(flag)
  return at < 0 ? null : (process.argv[at + 1] ?? null)
}

function report(trials: readonly Trial[]): void {
  const judged = trials.flatMap((trial) => trial.judged)
  const notRun = trials.filter((trial) => trial.notRun !== null)
  const inconclusive = trials.flatMap(({ twin, judged }) =>
    judged
      .filter(({ mark }) => mark === 'inconclusive')
      .map(({ check, reason }) => `${twin.name}: ${check}: ${reason}`),
  )
  list('Inconclusive', inconclusive)
  list(
    'Wrong',
    trials.flatMap((trial) => complaints(trial).map((complaint) => `${trial.twin.name}: ${complaint}`)),
  )
  list(
    'NOT RUN, so nothing is known about them',
    notRun.map(({ twin, notRun }) => `${twin.name}: ${notRun}`),
  )

  const positives = judged.filter(({ wrong }) => wrong === 'false-positive').length
  const negatives = judged.filter(({ wrong }) => wrong === 'false-negative').length
  const leaks = trials
    .flatMap(({ broken }) => broken)
    .filter((text) => text.startsWith('secret leaked')).length
  const followed = trials.flatMap(({ broken }) => broken).length - leaks
  const ran = trials.length - notRun.length
  const right = trials.every((trial) => isRight(trial) || (allowMissing && trial.notRun !== null))
  process.exitCode = right && ran > 0 ? 0 : 1
  console.log(
    `\n${ran} twins, ${CHECKS.length} checks: ${positives} false positives, ${negatives} false negatives, ` +
      `${inconclusive.length} inconclusive, ${leaks} leaks, ${followed} otherwise broken` +
      `${notRun.length === 0 ? '' : `, ${notRun.length} NOT RUN`}`,
  )
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`)
}
