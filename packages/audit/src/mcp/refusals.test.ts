import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connected } from '../../test/mcp-server.ts'
import { serve } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import { express } from '../../test/visitor-sessions.ts'
import { visitorSite } from '../../test/visitor-site.ts'

test('bad input of each kind: a stable code, what to do, and no word of what could be a secret', async (t) => {
  const site = await serve(t, sessionSite())
  const args = [
    '--allow-origin',
    site.url,
    '--secret',
    'ALICE=env:PW',
    '--max-requests',
    '200',
    '--no-browser',
  ]
  const { call, client, said } = await connected(t, args, { PW: USER.password })
  const at = { url: site.url }
  const account = { ...at, username: USER.username, password: 'secret:ALICE' }
  const typed = 'hunter2-very-secret'
  const bad: readonly (readonly [string, Record<string, unknown>, string, RegExp])[] = [
    ['audit', {}, 'usage', /required property 'url'/],
    ['audit', { url: 1 }, 'usage', /url must be string/],
    ['audit', { url: 'nowhere' }, 'usage', /url must be an http or https URL/],
    ['audit', { url: 'file:///etc/passwd' }, 'usage', /http or https/],
    ['audit', { url: `http://me:${typed}@127.0.0.1/` }, 'usage', /must not hold credentials/],
    [
      'audit',
      { url: 'https://example.com/', passive: true },
      'origin_not_allowed',
      /example\.com may not be audited/,
    ],
    ['audit', { url: 'http://127.0.0.1:9/', passive: true }, 'origin_not_allowed', /127\.0\.0\.1:9 may not/],
    ['audit', at, 'usage', /say how to sign in/],
    ['audit', { ...account, passive: true }, 'usage', /passive does not sign in/],
    ['audit', { ...account, password: typed }, 'secret_unknown', /wants secret:NAME/],
    ['audit', { ...account, password: `env:${typed}` }, 'secret_unknown', /wants secret:NAME/],
    ['audit', { ...account, password: 'secret:BOB' }, 'secret_unknown', /it has secret:ALICE/],
    ['audit', { ...account, fields: { pin: 'secret:PIN' } }, 'secret_unknown', /fields\.pin/],
    ['audit', { ...account, cookie: typed }, 'secret_unknown', /cookie wants secret:NAME/],
    ['audit', { ...account, loginFrom: 'file:/etc/passwd' }, 'secret_unknown', /loginFrom wants/],
    ['audit', { ...at, username: 'u' }, 'usage', /password/],
    ['audit', { ...account, loginCommand: ['id'] }, 'usage', /no argument loginCommand/],
    ['audit', { ...account, recoveryFile: '/tmp/x' }, 'usage', /no argument recoveryFile/],
    ['audit', { ...account, insecure: true }, 'usage', /no argument insecure/],
    ['audit', { ...account, report: 'json' }, 'not_allowed', /writes no files/],
    ['audit', { ...account, browser: true }, 'not_allowed', /--no-browser/],
    ['audit', { ...account, maxRequests: 201 }, 'not_allowed', /at most 200/],
    ['audit', { ...account, maxRequests: 0 }, 'usage', /maxRequests must be >= 1/],
    ['audit', { ...account, logoutRequest: 'DELETE /account' }, 'not_allowed', /--allow-changes/],
    ['audit', { ...account, logoutUrl: '/account/delete' }, 'not_allowed', /--allow-changes/],
    ['audit', { ...account, reauthUrl: '/account/delete' }, 'not_allowed', /--allow-changes/],
    ['audit', { ...account, changePassword: true }, 'not_allowed', /--allow-changes/],
    ['audit', { ...account, puzzle: true }, 'not_allowed', /puzzle .*--allow-changes/],
    ['audit', { ...account, puzzleRequests: ['POST /forgot'] }, 'not_allowed', /--allow-changes/],
    ['audit', { ...account, logoutEverywhere: true }, 'not_allowed', /--allow-changes/],
    ['audit', { ...account, logoutEverywhereUrl: '/account/delete' }, 'not_allowed', /--allow-changes/],
    ['audit', { ...account, logoutEverywhereRequest: 'DELETE /me' }, 'not_allowed', /--allow-changes/],
    [
      'audit',
      { ...account, secondUsername: 'eve', secondPassword: typed },
      'secret_unknown',
      /secondPassword/,
    ],
    [
      'audit',
      { ...account, secondUsername: 'eve' },
      'usage',
      /secondUsername and secondPassword go together/,
    ],
    ['audit', { ...account, idSamples: 7 }, 'usage', /idSamples must be >= 8/],
    ['audit', { ...account, expect: { samesite: 'Lax' } }, 'usage', /expect/],
    ['audit', { ...account, streams: ['ws://evil.example/'] }, 'usage', /streams is on another host/],
    ['audit', { ...account, loginOrigins: ['https://sso.example'] }, 'origin_not_allowed', /sso\.example/],
    ['audit', { ...account, loginUrl: 'http://evil.example/' }, 'usage', /loginUrl is on another host/],
    ['audit', { ...account, detail: 'everything' }, 'usage', /detail must be equal to one of/],
    ['audit', { ...account, expectSessions: 11 }, 'usage', /expectSessions must be <= 10/],
    ['check_login', { ...account, passive: true }, 'usage', /no argument passive/],
    ['dry_run', { ...account, loginFormat: 'json' }, 'usage', /loginFormat json needs loginUrl/],
    ['results', { audit: 'a1' }, 'unknown_audit', /kept are: none/],
    ['explain', { check: 'nothing' }, 'usage', /check must be equal to one of/],
    ['explain', { check: 'logout', audit: 'a7' }, 'unknown_audit', /no such audit/],
    ['explain', { check: 'logout', finding: 0 }, 'usage', /finding needs audit/],
  ]
  for (const [name, given, code, words] of bad) {
    const { isError, content } = await call(name, given)
    const { error } = content
    assert.deepEqual(
      [isError, error?.code],
      [true, code],
      `${JSON.stringify(given)}: ${JSON.stringify(content)}`,
    )
    assert.match(error.message, words)
    assert.ok(error.whatToDo.length > 20)
    assert.ok(!JSON.stringify(content).includes(typed))
  }
  await assert.rejects(client.callTool({ name: 'shell', arguments: {} }), /no such tool; there are dry_run/)
  assert.deepEqual(site.seen, [], 'nothing of it reached the site')
  assert.equal(said(), '')
})

test('a sign-in that fails: the code, what the site said, what was tried, and no secret', async (t) => {
  const site = await serve(t, sessionSite())
  const args = ['--allow-origin', site.url, '--secret', 'ALICE=env:PW']
  const { call } = await connected(t, args, { PW: 'butterfly' })
  const { isError, content } = await call('check_login', {
    url: site.url,
    username: USER.username,
    password: 'secret:ALICE',
  })
  assert.deepEqual([isError, content.error.code], [true, 'sign_in_failed'])
  assert.ok(
    content.tried.some(
      ({ method, status }: { method: string; status: number }) => method === 'POST' && status === 401,
    ),
  )
  assert.match(content.untrusted, /data/)
  assert.ok(!JSON.stringify(content).includes('butterfly'))
})

test('a site that quotes the password in an encoding of its own gives it to nobody', async (t) => {
  const password = 'butterfly'
  const said = `wrong: ${password} ${Buffer.from(password).toString('base64')}`
  const site = await serve(t, ({ at }) =>
    at === 'GET /'
      ? {
          html: '<form method=post><input name=user><input type=password name=pw><button>Sign in</button></form>',
        }
      : { status: 401, html: `<p role=alert>${said}\u200b\u{e0041}</p>` },
  )
  const { call } = await connected(t, ['--allow-origin', site.url, '--secret', 'ALICE=env:PW'], {
    PW: password,
  })
  const account = { url: site.url, username: 'u', password: 'secret:ALICE' }
  const [looked, audited] = [await call('check_login', account), await call('audit', account)]
  assert.deepEqual([looked.isError, audited.isError], [true, true])
  for (const written of [looked, audited].map(({ content }) => JSON.stringify(content))) {
    assert.match(written, /<secret ALICE>/)
    assert.ok(!written.includes(password) && !written.includes(Buffer.from(password).toString('base64')))
    assert.ok(!/[\u200b\u{e0041}]/u.test(written))
  }
})

test('nor has it a place in a report that is written', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const gate = 'butterfly'
  const site = await serve(t, visitorSite(express({ name: gate, attributes: 'Path=/' })))
  const args = ['--allow-origin', site.url, '--secret', 'GATE=env:GATE', '--reports', folder]
  const { call } = await connected(t, args, { GATE: gate })
  const asked = { url: site.url, passive: true, headers: { 'x-gate': 'secret:GATE' }, report: 'json' }
  const { content } = await call('audit', asked)
  const written = readFileSync(content.report.file, 'utf8')
  assert.ok(written.includes('<secret GATE>') && !written.includes(gate))
})
