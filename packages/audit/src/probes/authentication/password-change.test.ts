import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { noWait, value } from '../../../test/audit-site.ts'
import { startPasswordSite } from '../../../test/password-audit.ts'
import { type PasswordChoices, passwordSite } from '../../../test/password-site.ts'
import { serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { passwordChangeRotation } from '../../checks/password-change-rotation.ts'
import { passwordChangeSessions } from '../../checks/password-change-sessions.ts'
import { rememberMe } from '../../checks/remember-me.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import type { AuditOptions } from '../../options/options.ts'

/** Both verdicts; the password must be back, and the temporary one nowhere. */
async function verdicts(t: TestContext, choices: PasswordChoices, more: Partial<AuditOptions> = {}) {
  const { site, folder, run } = await startPasswordSite(t, choices)
  const file = await run(more)
  assert.equal(site.password(), USER.password)
  assert.deepEqual(readdirSync(folder), [])
  for (const secret of new Set(site.history)) assert.ok(!JSON.stringify(file).includes(secret))
  const report = judge(file, { finishedAt: '', checks: [passwordChangeRotation, passwordChangeSessions] })
  const [rotation, sessions] = report.checks
  assert.ok(rotation && sessions)
  return { rotation, sessions, file, changes: site.history.length }
}

test('a site that ends every session and gives a new ID passes both, and has its password back', async (t) => {
  const { rotation, sessions, changes, file } = await verdicts(t, {})
  assert.deepEqual([rotation.verdict, sessions.verdict, changes], ['pass', 'pass', 2])
  const { how, controls } = value(file, 'passwordChange')
  assert.deepEqual(how.fields, ['now', 'next', 'again'])
  assert.ok(controls.length >= 5 && controls.every(({ held }) => held))
})

test('the ID that is kept, and the one that lives on beside a new one', async (t) => {
  const kept = await verdicts(t, { ownId: 'kept' })
  assert.deepEqual([kept.rotation.verdict, kept.sessions.verdict], ['fail', 'pass'])
  assert.match(kept.rotation.reason, /kept its ID/)
  const beside = await verdicts(t, { ownId: 'beside' })
  assert.deepEqual([beside.rotation.verdict, beside.sessions.verdict], ['fail', 'pass'])
  assert.match(beside.rotation.reason, /new ID, but/)
})

test('a site that signs everybody out passes both', async (t) => {
  const { rotation, sessions, file } = await verdicts(t, { signsOut: true })
  assert.deepEqual([rotation.verdict, sessions.verdict], ['pass', 'pass'])
  assert.equal(value(file, 'passwordChange').browserAfter.state, 'anonymous')
})

test('other sessions that live on, offered and not', async (t) => {
  const stay = await verdicts(t, { othersStay: true })
  assert.deepEqual(
    [stay.rotation.verdict, stay.sessions.verdict, stay.sessions.severity],
    ['pass', 'fail', 'medium'],
  )
  const ends = await verdicts(t, { othersStay: true, box: 'ends-others' })
  assert.equal(ends.sessions.verdict, 'pass')
  assert.match(ends.sessions.reason, /with the box sign_out_others it was ended/)
  const nothing = await verdicts(t, { othersStay: true, box: 'does-nothing' })
  assert.equal(nothing.sessions.verdict, 'fail')
  const beside =
    '<form method=post action=/sessions/others><button>Sign out all other devices</button></form>'
  const offered = await verdicts(t, { othersStay: true, beside })
  assert.deepEqual([offered.sessions.verdict, /not tried/.test(offered.sessions.reason)], ['pass', true])
})

test('a button that promises to end the others, and does not, is no offer', async (t) => {
  const button = 'Change password and sign out all other devices'
  assert.equal((await verdicts(t, { othersStay: true, button })).sessions.verdict, 'fail')
})

test('a remember-me cookie that survives the change is told apart from the sessions', async (t) => {
  const { sessions, file } = await verdicts(t, { remember: 'survives-change' })
  assert.deepEqual(value(file, 'carrier').remembered, ['keep'])
  assert.equal(sessions.verdict, 'pass')
  const [remembered] = judge(file, { finishedAt: '', checks: [rememberMe] }).checks
  assert.equal(remembered?.verdict, 'fail')
  assert.match(remembered?.reason ?? '', /^keep of another browser signs in by itself/)
})

test('one session at a time: nothing is said about others', async (t) => {
  const { rotation, sessions } = await verdicts(t, { single: true })
  assert.deepEqual([rotation.verdict, sessions.verdict], ['pass', 'skipped'])
})

test('fields are told apart by name, label and place, and by what the user says', async (t) => {
  const fields = [
    '<input type=password name=next><input type=password name=again><input type=password name=now placeholder="Current password">',
    '<input type=password name=now><input type=password name=next><input type=password name=again>',
    '<label>Altes Passwort<input type=password name=now></label><input type=password name=next placeholder="Neues Passwort"><input type=password name=again placeholder="Passwort wiederholen">',
  ]
  for (const html of fields)
    assert.equal((await verdicts(t, { fields: html })).rotation.verdict, 'pass', html)
  const odd = '<input type=password name=next><input type=text name=now><input type=password name=again>'
  const names = { currentPasswordField: 'now', newPasswordField: 'next', confirmPasswordField: 'again' }
  assert.equal((await verdicts(t, { fields: odd }, names)).rotation.verdict, 'pass')
})

test('a change that is refused shows nothing, and leaves the password', async (t) => {
  const { rotation, sessions, changes } = await verdicts(t, {
    ownId: 'kept',
    othersStay: true,
    refuses: () => ({ status: 422, html: 'That password was used before' }),
  })
  assert.deepEqual([rotation.verdict, sessions.verdict, changes], ['inconclusive', 'inconclusive', 0])
  assert.match(rotation.reason, /the new password after the change/)
})

test('no form, or one that is not surely it: nothing is changed', async (t) => {
  for (const fields of ['', '<input type=password name=a><input type=password name=b>']) {
    const { site, run, seen, folder } = await startPasswordSite(t, { fields })
    const { evidence } = await run()
    assert.equal(evidence.passwordChange.status, 'failed')
    assert.match(evidence.passwordChange.reason, /--change-password-url/)
    assert.deepEqual([site.history, readdirSync(folder), seen.includes('POST /settings')], [[], [], false])
  }
})

test('a new password that the site echoes is in no evidence', async (t) => {
  await verdicts(t, { echoes: true })
})

test('an own password that the form would not take back is not given away', async (t) => {
  const fields = `<input type=password name=now><input type=password name=next minlength=16><input type=password name=again>`
  const { site, run, seen } = await startPasswordSite(t, { fields })
  const { evidence } = await run()
  assert.equal(evidence.passwordChange.status, 'failed')
  assert.match(evidence.passwordChange.reason, /would not take the account’s own password/)
  assert.deepEqual([site.history, seen.includes('POST /settings')], [[], false])
})

test('JSON and a bearer token: the method is found out, and the token is not asked to rotate', async (t) => {
  for (const othersStay of [true, false]) {
    let password: string = USER.password
    const changes: string[] = []
    const live = new Set<string>()
    const tokenOf = ({ headers }: Visit) => headers.authorization?.replace('Bearer ', '') ?? ''
    const site = await serve(t, {
      'GET /': () => ({ html: '<div id=app></div>' }),
      'POST /api/login': ({ body }) => {
        const sent = JSON.parse(body)
        if ((sent.email ?? sent.username) !== USER.username || sent.password !== password)
          return { status: 401, json: {} }
        const token = randomBytes(16).toString('hex')
        live.add(token)
        return { json: { token } }
      },
      'GET /api/me': (visit) =>
        live.has(tokenOf(visit)) ? { json: { user: USER.username } } : { status: 401, json: {} },
      'POST /api/password': () => ({ status: 405, json: {} }),
      'PATCH /api/password': (visit) => {
        const { old, next } = JSON.parse(visit.body)
        if (!live.has(tokenOf(visit)) || old !== password) return { status: 403, json: {} }
        password = next
        changes.push(next)
        if (!othersStay) for (const token of live) if (token !== tokenOf(visit)) live.delete(token)
        return { json: {} }
      },
    })
    const file = await gather(
      {
        url: site.url,
        ...USER,
        loginFormat: 'json',
        loginUrl: `${site.url}/api/login`,
        protectedUrl: `${site.url}/api/me`,
        changePassword: true,
        changePasswordUrl: `${site.url}/api/password`,
        currentPasswordField: 'old',
        newPasswordField: 'next',
      },
      noWait,
    )
    assert.equal(value(file, 'passwordChange').how.method, 'PATCH')
    const { checks } = judge(file, {
      finishedAt: '',
      checks: [passwordChangeRotation, passwordChangeSessions],
    })
    assert.deepEqual(
      checks.map(({ verdict }) => verdict),
      ['skipped', othersStay ? 'fail' : 'pass'],
    )
    assert.deepEqual([changes.length, password], [2, USER.password])
  }
})

test('it is done only when asked for', async (t) => {
  const site = await serve(t, passwordSite().routes)
  const { evidence } = await gather({ url: site.url, ...USER }, noWait)
  assert.equal(evidence.passwordChange.status, 'skipped')
  assert.ok(!site.seen.includes('POST /settings'))
})
