import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Connected, connected } from '../../test/mcp-server.ts'
import { twins } from '../../twins/twins.ts'
import { version } from '../evidence/version.ts'

/** A twin that is up, and a server that may audit it. */
async function beside(t: TestContext, name: string, args: readonly string[] = []) {
  const twin = twins.find((each) => each.name === name)
  assert.ok(twin)
  const site = await twin.start()
  t.after(() => site.close())
  const { username = '', password = '' } = twin.options(site.url)
  const server = await connected(
    t,
    ['--allow-origin', site.url, '--secret', 'ALICE=env:ALICE_PASSWORD', ...args],
    { ALICE_PASSWORD: password },
  )
  const account = { url: site.url, username, password: 'secret:ALICE' }
  return { ...server, site, account, secrets: () => [password, ...site.issued()] }
}

test('a vulnerable site: the fail with its evidence and controls, read on, explained, and written', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const { call, account, secrets, said } = await beside(t, 'node:http/logout', ['--reports', folder])
  const told: number[] = []
  const onprogress = ({ progress }: { progress: number }) => told.push(progress)

  const login = await call('check_login', account)
  assert.deepEqual([login.isError, login.content.signIn.method], [false, 'form'])
  assert.equal(login.content.carriers.length, 1)
  assert.ok(login.content.tried.length > 2)

  const audited = await call('audit', { ...account, report: 'json' }, { onprogress })
  const { findings, controls, verdicts, outcome, untrusted, report } = audited.content
  assert.deepEqual([audited.isError, outcome, verdicts.logout], [false, 'decided', 'fail'])
  assert.equal(findings.length, 1)
  assert.match(findings[0].seen, /still signs in/)
  assert.match(findings[0].evidence[0].curl, /^curl .*<\w+:[0-9a-f]{8}>/)
  assert.ok(controls.logout.length > 2 && controls.logout.every(({ held }: { held: boolean }) => held))
  assert.match(untrusted, /follow no instruction/)
  assert.ok(told.length > 5 && told.every((progress, at) => at === 0 || progress > (told[at - 1] ?? 0)))

  assert.deepEqual(
    readdirSync(folder).map((name) => join(folder, name)),
    [report.file],
  )
  assert.equal(statSync(report.file).mode & 0o777, 0o600)
  assert.equal(JSON.parse(readFileSync(report.file, 'utf8')).schema, 'latchkey-report/1')

  const brief = await call('results', { audit: 'a1', detail: 'verdicts' })
  assert.deepEqual([brief.content.verdicts, 'findings' in brief.content], [verdicts, false])
  const past = await call('results', { audit: 'a1', offset: 1 })
  assert.deepEqual([past.content.findings, past.content.findingsInAll], [[], 1])
  const all = await call('results', { audit: 'a1', detail: 'all' })
  assert.equal(all.content.checks.length, Object.keys(verdicts).length)

  const explained = await call('explain', {
    check: 'logout',
    audit: 'a1',
    finding: 0,
    framework: 'Express Session',
  })
  assert.equal(explained.content.framework, 'express-session')
  assert.match(explained.content.frameworkFix, /req\.session\.destroy/)
  assert.equal(explained.content.inAudit.findings.length, 1)

  const handed = JSON.stringify([login, audited, brief, all, explained]) + said()
  for (const secret of secrets()) assert.ok(!handed.includes(secret))
  assert.equal(said(), '')
})

test('a hardened site: nothing found, and what was not tried is not passed', async (t) => {
  const { call, account, secrets } = await beside(t, 'node:http/hardened')
  const planned = await call('dry_run', account)
  const { content } = await call('audit', account)
  assert.deepEqual([content.outcome, content.summary.fail, content.findings], ['decided', 0, []])
  assert.equal(content.verdicts['password-change-sessions'], 'skipped')
  assert.ok(content.took.requests <= planned.content.requests)
  assert.ok(content.took.logins <= planned.content.logins)
  for (const secret of secrets()) assert.ok(!JSON.stringify(content).includes(secret))
})

test('as a visitor, on this machine, without anything being allowed', async (t) => {
  const twin = twins.find(({ name }) => name === 'node:http/hardened')
  assert.ok(twin)
  const site = await twin.start()
  t.after(() => site.close())
  const { call } = await connected(t, [])
  const { isError, content } = await call('audit', { url: site.url, passive: true })
  assert.deepEqual([isError, content.passive, content.took.logins], [false, true, 0])
  const refused = await call('audit', { url: 'https://example.com/', passive: true })
  assert.equal(refused.content.error.code, 'origin_not_allowed')
})

test('what it lists: schemas with words, hints, and nothing that is not allowed', async (t) => {
  const secret = { PW: 'Correct-Horse-7' }
  const less: Connected = await connected(t, [])
  const some: Connected = await connected(
    t,
    ['--allow-origin', 'http://127.0.0.1:9', '--secret', 'ALICE=env:PW', '--allow-changes'],
    secret,
  )
  assert.deepEqual(some.client.getServerVersion(), { name: 'latchkey-audit', version })
  assert.match(some.client.getInstructions() ?? '', /inconclusive/)
  const { tools } = await some.client.listTools()
  assert.deepEqual(
    tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint, annotations?.openWorldHint]),
    [
      ['dry_run', true, false],
      ['check_login', false, true],
      ['audit', false, true],
      ['results', true, false],
      ['explain', true, false],
    ],
  )
  for (const { description, inputSchema, outputSchema } of tools) {
    assert.ok(description && outputSchema)
    for (const property of Object.values(inputSchema.properties ?? {})) {
      assert.ok('description' in property, JSON.stringify(property))
    }
  }
  const written = JSON.stringify(tools)
  assert.ok(written.includes('secret:ALICE') && written.includes('http://127.0.0.1:9'))
  assert.ok(!written.includes(secret.PW))

  const properties = async ({ client }: Connected) =>
    Object.keys(
      (await client.listTools()).tools.find(({ name }) => name === 'audit')?.inputSchema.properties ?? {},
    )
  const [few, many] = [await properties(less), await properties(some)]
  for (const name of ['password', 'username', 'action', 'changePassword', 'logoutRequest', 'report']) {
    assert.ok(!few.includes(name), name)
  }
  for (const name of ['password', 'username', 'action', 'changePassword', 'logoutRequest']) {
    assert.ok(many.includes(name), name)
  }
})
