import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import { serve } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))
const secret = 'hunter2-very-secret'

/** A working folder with these files, objects as JSON. */
function folder(t: TestContext, files: Readonly<Record<string, unknown>>) {
  const cwd = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(cwd, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true })
    writeFileSync(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env
    const child = spawn(process.execPath, [cli, ...args], {
      cwd,
      env: { PATH, NODE_COMPILE_CACHE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ])
    return { status, stdout, stderr }
  }
  return { cwd, run }
}

const medium = fileOf({
  carrier: gathered(carriedBy('sid')),
  cookies: gathered([cookie('sid', { sameSite: 'Lax', httpOnly: false })]),
})

test('the file of the working folder is read, flags win over it, and it can be left out', async (t) => {
  const { run } = folder(t, {
    'latchkey.audit.json': { failOn: 'high', format: 'json', url: 'http://127.0.0.1:9/' },
    'other/own.json': { failOn: 'none' },
    'e.json': medium,
  })
  const judge = ['--from-evidence', 'e.json']
  const first = await run(judge)
  assert.equal(first.status, 0, first.stderr)
  assert.equal(JSON.parse(first.stdout).schema, 'latchkey-report/1')
  assert.equal((await run([...judge, '--fail-on', 'medium'])).status, 1)
  assert.match((await run([...judge, '--format', 'text'])).stdout, /^Session audit of/m)
  assert.equal((await run([...judge, '--no-config'])).status, 1)
  assert.equal((await run([...judge, '--config', 'other/own.json'])).status, 0)
  assert.equal((await run([...judge, '--config', 'none.json'])).status, 2)
})

test('what is declared in it is held, and said', async (t) => {
  const { run } = folder(t, {
    'latchkey.audit.json': { expect: { sameSite: 'Strict', cookiePrefix: '__Host-' }, failOn: 'medium' },
    'e.json': fileOf({
      carrier: gathered(carriedBy('sid')),
      cookies: gathered([cookie('sid', { sameSite: 'Lax' })]),
    }),
  })
  const { status, stdout } = await run(['--from-evidence', 'e.json'])
  assert.equal(status, 1)
  assert.match(stdout, /held to the declared policy: sameSite Strict, cookiePrefix __Host-/)
  assert.match(stdout, /The policy says SameSite=Strict, and sid is set with SameSite=Lax/)
  assert.equal((await run(['--from-evidence', 'e.json', '--no-config'])).status, 0)
})

test('wrong usage is said in the words of the file, without secrets: exit code 2', async (t) => {
  const url = 'http://127.0.0.1:9/'
  for (const [config, about] of [
    [{ url, password: secret }, /password must be env:NAME or file:PATH/],
    [`{ "url": "${url}", "password": ${secret} }`, /no JSON/],
    [
      { url, username: 'alice', password: 'env:NOT_THERE' },
      /--password \(password in latchkey.audit.json\) is to be in the environment as NOT_THERE/,
    ],
    [
      { url, passive: true, loginUrl: 'ftp://x/' },
      /--login-url \(loginUrl in latchkey.audit.json\) must start with/,
    ],
    [
      { url, username: 'alice', password: 'env:PATH', resume: { file: 's', passphrase: 'env:NOT_THERE' } },
      /--resume-passphrase \(resume.passphrase in latchkey.audit.json\) is to be in the environment/,
    ],
    [{ url, passive: true, baseline: 'none.json' }, /cannot read .*none.json/],
    [{ passive: true }, /say which site/],
  ] as const) {
    const { run } = folder(t, { 'latchkey.audit.json': config })
    const { status, stdout, stderr } = await run([])
    assert.deepEqual([status, stdout], [2, ''], stderr)
    assert.match(stderr, about)
    assert.ok(!stderr.includes(secret))
  }
})

test('an audit takes everything from the file, its paths from its own folder', async (t) => {
  const { url } = await serve(t, sessionSite({ logoutForgets: true }))
  const { run, cwd } = folder(t, {
    'ci/audit.json': {
      $schema: './schema.json',
      url,
      username: USER.username,
      password: 'file:password.txt',
      loginUrl: '/login',
      format: 'json',
      output: 'report.json',
      expect: { sameSite: 'Strict', concurrentSessions: 2 },
    },
    'ci/password.txt': `${USER.password}\n`,
  })
  const { status, stderr } = await run(['--config', 'ci/audit.json'])
  assert.equal(status, 1, stderr)
  const report = JSON.parse(readFileSync(join(cwd, 'ci/report.json'), 'utf8'))
  const failed = report.checks.filter(({ verdict }: { verdict: string }) => verdict === 'fail')
  assert.deepEqual(
    failed.map(({ id }: { id: string }) => id),
    ['logout', 'concurrent-sessions', 'cookie-samesite', 'caching'],
  )
  assert.ok(!JSON.stringify(report).includes(USER.password))
  const login = await run(['login', '--config', 'ci/audit.json'])
  assert.match(login.stdout, /The sign-in works/, login.stderr)
})
