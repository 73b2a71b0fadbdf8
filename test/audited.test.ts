import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import type { Report } from '@latchkey/audit'
import { demoPassword } from '../examples/shared/accounts.ts'
import { startRedis } from '../servers/redis.ts'
import { startGateway } from './gateway.ts'
import { startServer } from './start-server.ts'

// The halves prove each other: what is built on latchkey passes latchkey-audit, the command as users run it.

/** Proved, not only not failed. Elsewhere loopback http skips what it cannot show (cookie-secure, transport). */
const mustPass = [
  ['fixation', 'strict-ids', 'logout', 'logout-get', 'id-in-url', 'id-length', 'caching', 'default-name'],
  ['cookie-httponly', 'cookie-secure', 'cookie-samesite', 'cookie-scope', 'cookie-lifetime'],
].flat()

/** The note that each example keeps, as the one thing that a page of another site may not change. */
const note = [
  ...['--action', 'POST /note', '--action-set', 'note=forged', '--action-undo', 'note='],
  ...['--action-read', '/account', '--action-find', 'field:note'],
]

async function auditWithCommand(
  url: string,
  username: string,
  password: string,
  more: readonly string[] = [],
): Promise<Report> {
  const args = [
    'packages/audit/src/cli.ts',
    url,
    '--username',
    username,
    '--format',
    'json',
    '--fail-on',
    'info',
    ...more,
  ]
  const child = spawn(process.execPath, args, { env: { ...process.env, LATCHKEY_PASSWORD: password } })
  const [output, errors] = [text(child.stdout), text(child.stderr)]
  const [code] = await once(child, 'exit')
  assert.equal(code, 0, `exit code ${code}: ${await errors} ${await output}`)
  return JSON.parse(await output)
}

function assertProved(report: Report, cookie: string): void {
  const verdicts = new Map(report.checks.map(({ id, verdict, reason }) => [id, `${verdict}: ${reason}`]))
  for (const [id, verdict] of verdicts) assert.doesNotMatch(verdict, /^(fail|inconclusive)/, id)
  for (const id of mustPass) assert.match(verdicts.get(id) ?? 'missing', /^pass/, id)
  assert.match(verdicts.get('transport') ?? 'missing', /^skipped: the host is loopback/)
  assert.deepEqual(
    report.carriers.map(({ names }) => names),
    [[cookie]],
  )
}

for (const [name, cookie] of [
  ['hono', '__Host-hono-example'],
  ['express', '__Host-express-example'],
  ['node-http', '__Host-node-example'],
  ['fetch', '__Host-fetch-example'],
] as const) {
  test(`examples/${name}.ts passes the audit`, async (t) => {
    const server = await startServer(`examples/${name}.ts`)
    t.after(() => server.stop())
    const report = await auditWithCommand(server.url, 'alice', demoPassword, note)
    assertProved(report, cookie)
    assert.equal(report.checks.find(({ id }) => id === 'cross-site-request')?.verdict, 'pass')
  })
}

/** Where examples of tokens have their sessions. */
async function sessionsFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-tokens-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'sessions.sqlite')
}

test('examples/tokens/issuer.ts passes the audit', async (t) => {
  const server = await startServer('examples/tokens/issuer.ts', { SESSIONS_FILE: await sessionsFile(t) })
  t.after(() => server.stop())
  assertProved(await auditWithCommand(server.url, 'alice', demoPassword), '__Host-issuer-example')
})

/** What an audit has to be told of a site without pages. */
const mobileApp = [
  ...['--login-format', 'json', '--login-url', '/sign-in', '--protected-url', '/orders'],
  ...['--logout-request', 'POST /revoke client_id=mobile&token={{refresh_token}}'],
]

/** What is to be proved of a session that is an access token; the rest is about cookies. */
function assertTokenProved({ checks, carriers }: Report): void {
  const verdicts = new Map(checks.map(({ id, verdict, reason }) => [id, `${verdict}: ${reason}`]))
  for (const [id, verdict] of verdicts) assert.doesNotMatch(verdict, /^(fail|inconclusive)/, id)
  for (const id of ['logout', 'id-in-url', 'id-length', 'caching'])
    assert.match(verdicts.get(id) ?? 'missing', /^pass/, id)
  const names = carriers.map((carrier) => carrier.names)
  assert.deepEqual(names, [['Authorization']])
}

test('examples/tokens/mobile.ts passes the audit', async (t) => {
  const server = await startServer('examples/tokens/mobile.ts', { SESSIONS_FILE: await sessionsFile(t) })
  t.after(() => server.stop())
  assertTokenProved(await auditWithCommand(server.url, 'alice', demoPassword, mobileApp))
})

// On Redis, which tells of the logout. Where a store has to be asked, a copy may live on until it is: that is a finding.
test('examples/tokens/feed.ts passes the audit: a logout at the issuer is obeyed there', async (t) => {
  const redis = await startRedis()
  t.after(() => redis.stop())
  const issuer = await startServer('examples/tokens/mobile.ts', { REDIS_URL: redis.url })
  t.after(() => issuer.stop())
  const env = { REDIS_URL: redis.url, ISSUER_URL: issuer.url }
  const service = await startServer('examples/tokens/feed.ts', env)
  t.after(() => service.stop())
  const site = await startGateway({ '/': issuer.url, '/orders': service.url })
  t.after(() => site.stop())
  assertTokenProved(await auditWithCommand(site.url, 'alice', demoPassword, mobileApp))
})

test('the console passes the audit', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-console-'))
  // As on a network: for this machine alone its cookie is not Secure.
  const server = await startServer('apps/console/src/main.ts', {
    LATCHKEY_DATA: join(folder, 'console.sqlite'),
    LATCHKEY_TRUST_PROXY: '127.0.0.1',
  })
  t.after(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })
  const password = 'a long sentence of my own'
  const signUp = await fetch(`${server.url}/sign-up`, {
    method: 'POST',
    headers: { origin: server.url },
    body: new URLSearchParams({ username: 'grace', password }),
    redirect: 'manual',
  })
  assert.equal(signUp.status, 303)
  assertProved(await auditWithCommand(server.url, 'grace', password), '__Host-latchkey-console')
})
