import assert, { AssertionError } from 'node:assert'
import test from 'node:test'
import { serve } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import type { Baseline } from '../judging/accepted.ts'
import { AuditError } from '../options/errors.ts'
import { expectSecureSessions, InsecureSessionsError } from './expect-secure-sessions.ts'

const sound = { attributes: 'Path=/; HttpOnly; SameSite=Strict' }
/** What this site has beside its sessions, and is known. */
const usual = { ...USER, loginUrl: '/login', failOn: 'high' } as const

async function heard(work: Promise<unknown>): Promise<InsecureSessionsError> {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof InsecureSessionsError, String(error))
    return error
  }
  return assert.fail('nothing was found')
}

test('a sound site passes, and its report is handed back', async (t) => {
  const { url } = await serve(t, sessionSite(sound))
  const report = await expectSecureSessions(url, usual)
  assert.equal(report.outcome, 'decided')
  const passed = report.checks.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id)
  assert.ok(passed.includes('logout'))
})

test('a site whose logout forgets fails with an AssertionError that says so, until it is known', async (t) => {
  const { url } = await serve(t, sessionSite({ ...sound, logoutForgets: true }))
  const error = await heard(expectSecureSessions(url, usual))
  assert.ok(error instanceof AssertionError)
  assert.deepEqual([error.code, 'diff' in error], ['ERR_ASSERTION', false])
  assert.match(
    error.message,
    /have 1 finding at or above high\n\nHIGH logout \(.*\)\n {2}Seen: .*still signs in/,
  )
  assert.match(error.message, /\n {2}Fix: Delete the session on the server/)
  assert.match(error.message, /\n {2}Again: curl /)
  assert.ok(!error.message.includes(USER.password))
  assert.match(error.stack ?? '', /expect-secure-sessions\.test\.ts/)
  const [finding] = error.report.checks.find(({ id }) => id === 'logout')?.findings ?? []
  assert.ok(finding)
  const baseline: Baseline = {
    schema: 'latchkey-baseline/1',
    accepted: [{ ...finding, check: 'logout', reason: 'LK-7', expires: '2999-01-01' }],
  }
  await expectSecureSessions(url, { ...usual, baseline })
})

test('what is declared is held: by the caller, and by the policy of the application', async (t) => {
  const token = 'a-token-that-nobody-can-guess-0123456789'
  const routes = sessionSite({ attributes: 'Path=/; HttpOnly; SameSite=Lax' })
  const policy = { schema: 'latchkey-policy/1', cookie: { sameSite: 'Strict' } }
  const { url } = await serve(t, {
    ...(routes as Extract<typeof routes, object>),
    'GET /policy': ({ headers }) =>
      headers.authorization === `Bearer ${token}` ? { json: policy } : { status: 401, html: '' },
  })
  const given = { ...usual, failOn: 'medium', policy: `${url}/policy`, policyToken: token } as const
  const error = await heard(expectSecureSessions(url, given))
  assert.match(error.message, /MEDIUM cookie-samesite .*\n {2}Seen: The policy says SameSite=Strict/)
  const report = await expectSecureSessions(url, { ...given, failOn: 'high', expect: { sameSite: 'Lax' } })
  assert.equal(report.expect?.sameSite, 'Lax')
})

test('what is not known fails too, and what could not be done is no assertion', async (t) => {
  const { url } = await serve(t, sessionSite(sound))
  const error = await heard(expectSecureSessions(url, { ...usual, failOn: 'none', maxRequests: 40 }))
  assert.match(error.message, /^whether the sessions of .* are secure is not known: .* undecided/)
  await expectSecureSessions(url, { ...usual, maxRequests: 40, allowInconclusive: true })
  await assert.rejects(expectSecureSessions(url, { ...usual, password: 'wrong' }), (error) => {
    return error instanceof AuditError && error.code === 'sign_in_failed'
  })
  await assert.rejects(expectSecureSessions(url), (error) => error instanceof AuditError)
})
