import { resolve } from 'node:path'
import type { Report } from '@latchkey/audit'
import { chromiumPath } from '../apps/console/test/support/chromium.ts'
import { demoPassword } from '../examples/shared/accounts.ts'
import type { Framework, Outcome } from './framework.ts'
import { runToEnd, startProgram } from './program.ts'

export type Step = keyof typeof steps

/** In this order. */
export const steps = { laws, audit, browser } as const

/** What comes of a step, also where it cannot begin. */
export async function tried(step: Step, framework: Framework): Promise<Outcome> {
  return steps[step](framework).catch((error) => ({ cell: 'FAILED', complaint: `${step}: ${error}` }))
}

/** The adapter laws, on the application that was built. */
async function laws(framework: Framework): Promise<Outcome> {
  return tests(framework.test('laws.test.ts'), 'by npm test')
}

/** What users do, in a real browser. */
async function browser(framework: Framework): Promise<Outcome> {
  const file = framework.test('browser.test.ts')
  if (!file) return { cell: 'none' }
  try {
    chromiumPath()
  } catch {
    return { cell: 'no Chromium' }
  }
  const server = await startExample(framework)
  try {
    return await tests(file, 'none', { EXAMPLE_URL: server.url, EXAMPLE_PASSWORD: demoPassword })
  } finally {
    await server.stop()
  }
}

async function tests(file: string | null, none: string, env: Record<string, string> = {}): Promise<Outcome> {
  if (!file) return { cell: none }
  const args = ['--test', '--test-force-exit', '--test-reporter=tap', '--test-timeout=300000', file]
  const { code, output } = await runToEnd(process.execPath, args, { env })
  const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)
  const cell = `${count('pass')} of ${count('tests')}`
  return code === 0 && count('pass') > 0
    ? { cell }
    : { cell, complaint: `${file} ended with ${code}:\n${output}` }
}

/** As users start it, on a free port. */
function startExample({ folder }: Framework) {
  const env = { PORT: '0', HOST: '127.0.0.1', NODE_ENV: 'production' }
  return startProgram('npm', ['start'], { cwd: resolve(folder), env })
}

/** The note that each example keeps, as the one thing that a page of another site may not change. */
const note = [
  ...['--action', 'POST /note', '--action-set', 'note=forged', '--action-undo', 'note='],
  ...['--action-read', '/account', '--action-find', 'field:note'],
]

/** Proved, not only not failed. */
const mustPass = [
  ...['fixation', 'strict-ids', 'logout', 'logout-get', 'id-in-url', 'id-length', 'caching', 'default-name'],
  ...['cookie-httponly', 'cookie-secure', 'cookie-samesite', 'cookie-scope', 'cookie-lifetime'],
  'cross-site-request',
]

/** What is built on latchkey passes latchkey-audit, the command as users run it. */
async function audit(framework: Framework): Promise<Outcome> {
  const server = await startExample(framework)
  try {
    const args = ['packages/audit/src/cli.ts', server.url, '--username', 'alice', '--format', 'json']
    const more = ['--fail-on', 'info', ...(framework.audit ?? note)]
    const env = { LATCHKEY_PASSWORD: demoPassword }
    const { code, output, said } = await runToEnd(process.execPath, [...args, ...more], { env })
    const report = reportIn(said)
    if (!report) return { cell: 'FAILED', complaint: `the audit ended with ${code}:\n${output}` }
    const wrong = report.checks
      .filter(({ id, verdict }) => /^(fail|inconclusive)$/.test(verdict) || isUnproved(id, verdict))
      .map(({ id, verdict, reason, findings }) => `${id}: ${verdict}: ${reason} ${JSON.stringify(findings)}`)
    const names = report.carriers.flatMap((carrier) => carrier.names)
    if (names.join() !== `__Host-${framework.name}-example`) wrong.push(`carried by ${names}`)
    if (wrong.length > 0 || code !== 0)
      return {
        cell: 'FAILED',
        complaint: `the audit ended with ${code}:\n${wrong.join('\n')}\n${server.output()}`,
      }
    return { cell: `${report.checks.filter(({ verdict }) => verdict === 'pass').length} pass` }
  } finally {
    await server.stop()
  }
}

function isUnproved(id: string, verdict: string): boolean {
  return mustPass.includes(id) && verdict !== 'pass'
}

function reportIn(output: string): Report | null {
  try {
    return JSON.parse(output)
  } catch {
    return null
  }
}
