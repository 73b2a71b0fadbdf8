/**
 * `npm run advice [-- framework…]`: follows the auditor's advice on the real frameworks, and audits before and after.
 * Exits 1 where a finding that the advice is about does not come, or does not go, or a framework is not installed.
 */
import { audit } from '../src/index.ts'
import type { Report } from '../src/judging/check.ts'
import { withNickname } from '../twins/describe.ts'
import { listen } from '../twins/serve/listen.ts'
import { type Framework, frameworks } from './frameworks.ts'
import { frontFor } from './front.ts'

/** Lost in some runs and not in others: not followed, they may fail. */
const RACES: readonly string[] = ['logout-in-flight']

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !frameworks.some((framework) => framework.name === name))
if (unknown.length > 0) {
  console.error(
    `No advice is tried for ${unknown.join(', ')}; there are ${frameworks.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}
const chosen = frameworks.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
for (const framework of chosen) if (!(await isGood(framework))) process.exitCode = 1

async function isGood(framework: Framework): Promise<boolean> {
  const { name: called, packages, versionOf, install } = framework
  if (packages.some((name) => versionOf(name) === null)) {
    console.log(`\n${called}: NOT TRIED. Install: ${install}`)
    return false
  }
  console.log(`\n${called}: ${packages.map((name) => `${name} ${versionOf(name)}`).join(', ')}`)
  const followed = await auditOf(framework, 'followed')
  const problems = followed.checks
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ id, findings }) => `followed, and still: ${id}: ${findings.map(({ seen }) => seen).join('; ')}`)
  for (const [form, expected] of Object.entries(framework.forms)) {
    const report = await auditOf(framework, form)
    for (const id of expected) {
      const before = verdictOf(report, id)
      const after = verdictOf(followed, id)
      const isRight = before.verdict === 'fail' && after.verdict === 'pass'
      console.log(`  ${isRight ? 'ok ' : 'NO '} ${id}: ${form} ${before.verdict}, followed ${after.verdict}`)
      if (!isRight) problems.push(`${id}: ${form}: ${before.reason}; followed: ${after.reason}`)
    }
    const others = report.checks.filter(
      ({ id, verdict }) =>
        verdict === 'fail' &&
        !RACES.includes(id) &&
        !Object.values(framework.forms).some((ids) => ids.some((one) => one === id)),
    )
    problems.push(...others.map(({ id, reason }) => `${form} fails ${id} too: ${reason}`))
  }
  for (const problem of problems) console.log(`  WRONG ${problem}`)
  return problems.length === 0
}

function verdictOf(report: Report, id: string) {
  const check = report.checks.find((one) => one.id === id)
  if (check === undefined) throw new Error(`the report has no ${id}`)
  return check
}

async function auditOf(framework: Framework, form: string): Promise<Report> {
  const program = await framework.start(form)
  const site = await listen(frontFor(program.url), { https: true })
  try {
    return await audit({
      url: site.url,
      ...withNickname(site.url),
      changePassword: true,
    })
  } finally {
    await site.close()
    await program.close()
  }
}
