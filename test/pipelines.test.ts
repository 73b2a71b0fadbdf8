import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { parse } from 'yaml'
import { serve } from '../packages/audit/test/serve.ts'
import { sessionSite, USER } from '../packages/audit/test/session-site.ts'

// What the action for GitHub and the template for GitLab run, in the shells that those run it in. npx alone is stood in for:
// what it would fetch is the command of this repository.

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: {
    readonly using: string
    readonly steps: readonly {
      readonly run: string
      readonly shell: string
      readonly env: Record<string, string>
    }[]
  }
}
interface Job {
  readonly variables: Record<string, string>
  readonly script: readonly string[]
  readonly artifacts: { readonly when: string; readonly paths: readonly string[] }
}

const action: Action = parse(readFileSync('ci/github/action.yml', 'utf8'))
const job: Job = parse(readFileSync('ci/gitlab/latchkey-audit.yml', 'utf8'))['latchkey-audit']
const { version } = JSON.parse(readFileSync('packages/audit/package.json', 'utf8'))

/** A working folder with an npx in front of the usual one. */
function workplace(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const npx = join(folder, 'npx')
  const cli = resolve('packages/audit/src/cli.ts')
  writeFileSync(
    npx,
    `#!/bin/sh
[ "$1 $2 $3 $4 $5" = "--yes --package @latchkey/audit@${version} -- latchkey-audit" ] || { echo "npx $*"; exit 99; }
shift 5
exec '${process.execPath}' '${cli}' "$@"
`,
  )
  chmodSync(npx, 0o755)
  const file = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : ''
  const run = async (shell: readonly [string, ...string[]], script: string, env: Record<string, string>) => {
    writeFileSync(join(folder, 'step.sh'), script)
    const [command, ...args] = shell
    const { PATH = '', NODE_COMPILE_CACHE } = process.env
    const child = spawn(command, [...args, 'step.sh'], {
      cwd: folder,
      env: {
        PATH: `${folder}${delimiter}${PATH}`,
        NODE_COMPILE_CACHE,
        LATCHKEY_PASSWORD: USER.password,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [said, complained, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ])
    return { status, said: said + complained }
  }
  return { folder, file, run }
}

const args = ['--username', USER.username, '--login-url', '/login'].join('\n')
const sites = [
  { what: 'a sound site', choices: {}, status: 0 },
  { what: 'a site whose logout forgets', choices: { logoutForgets: true }, status: 1 },
] as const

test('the action for GitHub names what it takes and gives, and nothing is put into its script', () => {
  const [step, ...more] = action.runs.steps
  assert.ok(step)
  assert.deepEqual([action.runs.using, step.shell, more.length], ['composite', 'bash', 0])
  const named = Object.values(step.env).flatMap(
    (value) => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1] ?? [],
  )
  assert.deepEqual([...named, 'working-directory'].toSorted(), Object.keys(action.inputs).toSorted())
  assert.doesNotMatch(step.run, /\$\{\{/)
  assert.equal(action.inputs.version?.default, version)
  for (const name of Object.keys(action.outputs)) assert.match(step.run, new RegExp(`echo "${name}=`))
})

for (const { what, choices, status } of sites) {
  test(`the action for GitHub on ${what}: exit code ${status}, outputs, reports and a summary`, async (t) => {
    const { url } = await serve(t, sessionSite(choices))
    const { file, run } = workplace(t)
    const given: Record<string, string> = { url, args, 'fail-on': 'high' }
    const [step] = action.runs.steps
    assert.ok(step)
    const inputs = Object.entries(step.env).map(([name, value]) => {
      const [, input = ''] = /inputs\.([\w-]+)/.exec(value) ?? []
      return [name, given[input] ?? String(action.inputs[input]?.default)]
    })
    const answered = await run(['bash', '--noprofile', '--norc', '-eo', 'pipefail'], step.run, {
      ...Object.fromEntries(inputs),
      GITHUB_OUTPUT: 'output',
      GITHUB_STEP_SUMMARY: 'summary',
    })
    assert.equal(answered.status, status, answered.said)
    assert.equal(file('output'), `exit-code=${status}\nreport=latchkey-report/report.json\n`)
    assert.equal(JSON.parse(file('latchkey-report/report.json')).schema, 'latchkey-report/1')
    assert.match(file('latchkey-report/report.html'), /<!doctype html>/i)
    assert.match(file('summary'), /^### Session audit/)
    assert.ok(!`${answered.said}${file('summary')}`.includes(USER.password))
  })

  test(`the template for GitLab on ${what}: exit code ${status}, and reports`, async (t) => {
    const { url } = await serve(t, sessionSite(choices))
    const { folder, file, run } = workplace(t)
    writeFileSync(join(folder, 'latchkey.audit.json'), JSON.stringify({ url, username: USER.username }))
    const variables = { ...job.variables, LATCHKEY_ARGS: '--login-url\n/login\n', LATCHKEY_FAIL_ON: 'high' }
    const answered = await run(['sh', '-e'], job.script.join('\n'), variables)
    assert.equal(answered.status, status, answered.said)
    assert.equal(JSON.parse(file('latchkey-report/report.json')).schema, 'latchkey-report/1')
    assert.match(file('latchkey-report/report.junit'), /^<\?xml/)
    assert.ok(!answered.said.includes(USER.password))
  })
}

test('the template for GitLab runs this version, and keeps its reports however it ends', () => {
  assert.equal(job.variables.LATCHKEY_VERSION, version)
  assert.deepEqual([job.artifacts.when, job.artifacts.paths], ['always', ['$LATCHKEY_DIRECTORY/']])
})
