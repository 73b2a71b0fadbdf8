import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test, { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { carriedBy, cookie, fileOf, gathered } from '../test/sample-evidence.ts'
import { twins } from '../twins/twins.ts'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'latchkey-'))
after(() => rmSync(directory, { recursive: true }))

const good = saved('good.json', fileOf())
const medium = saved(
  'medium.json',
  fileOf({ carrier: gathered(carriedBy('sid')), cookies: gathered([cookie('sid', { httpOnly: false })]) }),
)
const secret = 'hunter2-very-secret'

function saved(name: string, file: unknown): string {
  const path = join(directory, name)
  writeFileSync(path, JSON.stringify(file))
  return path
}

function run(
  args: readonly string[],
  more: { env?: NodeJS.ProcessEnv; input?: string } = {},
): SpawnSyncReturns<string> {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const env = { PATH, NODE_COMPILE_CACHE, ...more.env }
  return spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    env,
    input: more.input ?? '',
    timeout: 30_000,
  })
}

test('exit code 0 when nothing is at or above --fail-on, 1 when something is', () => {
  assert.equal(run(['--from-evidence', good]).status, 0)
  assert.equal(run(['--from-evidence', medium]).status, 1)
  assert.equal(run(['--from-evidence', medium, '--fail-on', 'low']).status, 1)
  assert.equal(run(['--from-evidence', medium, '--fail-on', 'high']).status, 0)
  assert.equal(run(['--from-evidence', medium, '--fail-on', 'none']).status, 0)
})

test('exit codes 3 and 4, with the reason, when what matters is not known', () => {
  const failed = { status: 'failed', reason: 'it did not work' } as const
  const undecided = saved('undecided.json', fileOf({ logout: failed }))
  const four = run(['--from-evidence', undecided])
  assert.deepEqual(
    [four.status, four.stderr.match(/^latchkey-audit: logout and logout-in-flight are undecided/) !== null],
    [4, true],
  )
  assert.equal(run(['--from-evidence', undecided, '--allow-inconclusive']).status, 0)
  const unknown = run([
    '--from-evidence',
    saved('unknown.json', fileOf({ carrier: failed })),
    '--fail-on',
    'none',
  ])
  assert.equal(unknown.status, 3)
  assert.match(unknown.stderr, /what carries the session was not established/)
})

test('wrong usage: exit code 2, nothing on stdout, one line that says what to do', () => {
  const site = 'http://127.0.0.1:9/'
  const signIn = [site, '--username', 'u', '--password', secret]
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /say which site/],
    [['--bogus'], /unknown option/],
    [['--from-evidence', join(directory, 'none.json')], /there is no such file/],
    [['--from-evidence', cli], /no JSON/],
    [['--from-evidence', good, site], /either a URL or --from-evidence/],
    [['--from-evidence', good, '--fail-on', 'terrible'], /Allowed choices/],
    [['--from-evidence', good, '--format', 'pdf'], /Allowed choices/],
    [['--from-evidence', good, '--output', join(directory, 'no', 'where')], /cannot write/],
    [['example.com', '--passive'], /no address/],
    [['ftp://example.com', '--passive'], /http:\/\/ or https:\/\//],
    [['http://me:pass@example.com', '--passive'], /username or password/],
    [[site], /--passive/],
    [[site, '--username', 'u'], /needs a password/],
    [[site, '--password', secret], /needs a --username/],
    [[site, '--username', 'u', '--password-stdin'], /needs a password/],
    [[site, '--username', 'u', '--cookie', 'a=b'], /not both/],
    [[site, '--cookie', secret], /wants a Cookie header/],
    [[site, '--passive', '--cookie', 'a=b'], /does not sign in/],
    [[site, '--passive', '--max-requests', '-1'], /whole number/],
    [[site, '--passive', '--change-password'], /--change-password needs a user name/],
    [[site, '--passive', '--new-password-field', 'next'], /--new-password-field is for --change-password/],
    [[site, '--passive', '--reauth-url', 'ftp://x/'], /--reauth-url must start with/],
    [[site, site, '--passive'], /too many arguments/],
    [[...signIn, '--expect-sessions', '11'], /from 1 to 10/],
    [[...signIn, '--action-set', '=a'], /written NAME=VALUE/],
    [[...signIn, '--action', 'POST'], /--action needs --action-read/],
  ]
  for (const [args, about] of wrong) {
    const { status, stdout, stderr } = run(args)
    assert.equal(status, 2, `${args.join(' ')}: ${stderr}`)
    assert.equal(stdout, '')
    assert.match(stderr, about)
    assert.match(stderr, /^latchkey-audit: [^\n]+\n$/, 'one line')
    assert.ok(!stderr.includes(secret), 'no secret in the message')
  }
})

test('help and version are no errors', () => {
  const help = run(['--help'])
  assert.equal(help.status, 0)
  assert.match(help.stdout, /Exit codes/)
  assert.match(run(['login', '--help']).stdout, /latchkey-audit login/)
  assert.match(run(['--version']).stdout, /^\d+\.\d+\.\d+\n$/)
})

test('the report goes to stdout without colour into a pipe, or to a file', () => {
  const text = run(['--from-evidence', medium])
  assert.doesNotMatch(text.stdout, /\u001b/)
  assert.equal(text.stderr, '')
  assert.equal(
    JSON.parse(run(['--from-evidence', medium, '--format', 'json']).stdout).schema,
    'latchkey-report/1',
  )
  const page = join(directory, 'report.html')
  const written = run(['--from-evidence', medium, '--format', 'html', '--output', page])
  assert.equal(written.stdout, '')
  assert.match(readFileSync(page, 'utf8'), /^<!doctype html>/)
})

test('evidence can be saved again from evidence', () => {
  const copy = join(directory, 'copy.json')
  assert.equal(run(['--from-evidence', good, '--save-evidence', copy]).status, 0)
  assert.deepEqual(JSON.parse(readFileSync(copy, 'utf8')), JSON.parse(readFileSync(good, 'utf8')))
})

test('a site that cannot be reached: exit code 3, one line, no secret', () => {
  const site = 'http://127.0.0.1:1/'
  const ways = [
    run([site, '--username', 'u', '--password', secret]),
    run([site, '--username', 'u'], { env: { LATCHKEY_PASSWORD: secret } }),
    run([site, '--username', 'u', '--password', '-'], { input: `${secret}\n` }),
    run([site, '--username', 'u', '--password-stdin'], { input: `${secret}\n` }),
    run([site, '--cookie', `sid=${secret}`]),
    run(['login', site, '--username', 'u', '--password', secret]),
    run([site, '--passive']),
  ]
  for (const { status, stdout, stderr } of ways) {
    assert.equal(status, 3, stderr)
    assert.equal(stdout, '')
    assert.match(stderr, /^latchkey-audit: [^\n]+\n$/)
    assert.ok(!stderr.includes(secret))
  }
})

test('--dry-run says what would be done and touches nothing', () => {
  const { status, stdout } = run([
    'http://127.0.0.1:1/',
    '--dry-run',
    '--username',
    'u',
    '--password',
    secret,
  ])
  assert.equal(status, 0)
  assert.ok(stdout.length > 100)
  assert.ok(!stdout.includes(secret))
})

test('--dry-run names the one change that would be made, and how often', () => {
  const { status, stdout, stderr } = run([
    ...[
      'http://127.0.0.1:1/',
      '--dry-run',
      '--username',
      'u',
      '--password',
      secret,
      '--expect-sessions',
      '4',
    ],
    ...['--action', 'put /profile', '--action-set', 'nickname=Grace', '--action-undo', 'nickname=Ada'],
    ...['--action-read', '/api/me', '--action-find', 'json:nickname', '--action-format', 'json'],
  ])
  assert.equal(status, 0, stderr)
  assert.match(
    stdout,
    /crossSiteRequest +\d+ +\d+ {2}change nickname by PUT \/profile: once as the site's own page/,
  )
  assert.match(stdout, /concurrentSessions +\d+ +5 {2}sign in 5 times in a row/)
  assert.ok(!stdout.includes('Grace'))
})

/** Runs the command against a twin that this process serves, with the password in the environment. */
async function runOn(twinName: string, args: (url: string) => readonly string[]) {
  const twin = twins.find(({ name }) => name === twinName)
  assert.ok(twin)
  const site = await twin.start()
  try {
    const { username, password } = twin.options(site.url)
    assert.ok(username !== undefined && password !== undefined)
    const child = spawn(process.execPath, [cli, ...args(site.url), '--username', username], {
      env: { PATH: process.env.PATH, LATCHKEY_PASSWORD: password },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), exited])
    return { stdout, stderr, status, secrets: [password, ...site.issued()] }
  } finally {
    await site.close()
  }
}

test('a running site: 0 when it is sound, 1 when it is not, and no secret anywhere', async () => {
  for (const [name, status] of [
    ['node:http/hardened', 0],
    ['node:http/logout', 1],
  ] as const) {
    const evidence = join(directory, 'site.json')
    const ran = await runOn(name, (url) => [url, '--format', 'json', '--save-evidence', evidence])
    assert.equal(ran.status, status, ran.stderr)
    assert.equal(ran.stderr, '')
    const report = JSON.parse(ran.stdout)
    const { finishedAt: _, ...again } = JSON.parse(
      run(['--from-evidence', evidence, '--format', 'json']).stdout,
    )
    assert.deepEqual({ ...again, finishedAt: report.finishedAt }, report)
    const written = ran.stdout + readFileSync(evidence, 'utf8')
    assert.ok(ran.secrets.length > 3)
    assert.deepEqual(ran.secrets.filter((each) => written.includes(each)).length, 0)
  }
})

test('login shows what was identified, and stops', async () => {
  const { stdout, stderr, status, secrets } = await runOn('node:http/hardened', (url) => ['login', url])
  assert.equal(status, 0, stderr)
  assert.match(stdout, /sign-in: +form\n/)
  assert.match(stdout, /carrier: +\w+\n/)
  assert.match(stdout, /told apart by: +200/)
  assert.equal(secrets.filter((each) => stdout.includes(each)).length, 0)
})

test('a wrong password is exit code 3, never a quiet anonymous audit', async () => {
  const { status, stdout, stderr } = await runOn('node:http/hardened', (url) => [url, '--password', secret])
  assert.equal(status, 3)
  assert.equal(stdout, '')
  assert.match(stderr, /^latchkey-audit: [^\n]+\n$/)
  assert.ok(!stderr.includes(secret))
})
