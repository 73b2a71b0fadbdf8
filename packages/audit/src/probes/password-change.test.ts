import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { noWait, value } from '../../test/audit-site.ts'
import { type PasswordChoices, type PasswordSite, passwordSite } from '../../test/password-site.ts'
import { type Routes, serve, type Visit } from '../../test/serve.ts'
import { USER } from '../../test/session-site.ts'
import { passwordChangeRotation } from '../checks/password-change-rotation.ts'
import { passwordChangeSessions } from '../checks/password-change-sessions.ts'
import { AuditError } from '../errors.ts'
import type { EvidenceFile } from '../evidence.ts'
import { gather } from '../gather.ts'
import { judge } from '../judge.ts'
import type { AuditOptions } from '../options.ts'

interface Tried {
  readonly site: PasswordSite
  readonly seen: readonly string[]
  readonly folder: string
  readonly run: (more?: Partial<AuditOptions>) => Promise<EvidenceFile>
}

async function start(
  t: TestContext,
  choices: PasswordChoices,
  wrap = (routes: Routes) => routes,
): Promise<Tried> {
  const site = passwordSite(choices)
  const { url, seen } = await serve(t, wrap(site.routes))
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const recoveryFile = join(folder, 'recovery')
  const run = (more: Partial<AuditOptions> = {}) =>
    gather({ url, ...USER, changePassword: true, recoveryFile, ...more }, noWait)
  return { site, seen, folder, run }
}

/** Both verdicts; the password must be back, and the temporary one nowhere. */
async function verdicts(t: TestContext, choices: PasswordChoices, more: Partial<AuditOptions> = {}) {
  const { site, folder, run } = await start(t, choices)
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

test('a remember-me cookie that survives the change', async (t) => {
  const { sessions, file } = await verdicts(t, { remember: 'survives-change' })
  assert.deepEqual(value(file, 'carrier').remembered, ['keep'])
  assert.equal(sessions.verdict, 'fail')
  assert.match(sessions.reason, /\(keep, sent alone/)
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
    const { site, run, seen, folder } = await start(t, { fields })
    const { evidence } = await run()
    assert.equal(evidence.passwordChange.status, 'failed')
    assert.match(evidence.passwordChange.reason, /--change-password-url/)
    assert.deepEqual([site.history, readdirSync(folder), seen.includes('POST /settings')], [[], [], false])
  }
})

test('it is done only when asked for', async (t) => {
  const site = await serve(t, passwordSite().routes)
  const { evidence } = await gather({ url: site.url, ...USER }, noWait)
  assert.equal(evidence.passwordChange.status, 'skipped')
  assert.ok(!site.seen.includes('POST /settings'))
})

test('the temporary password is on disk, for its owner alone, before the site hears of it', async (t) => {
  const found: { text: string; mode: number; next: string }[] = []
  const refuses = (visit: Visit) => {
    const path = join(tried.folder, 'recovery')
    found.push({
      text: readFileSync(path, 'utf8'),
      mode: statSync(path).mode & 0o777,
      next: visit.form.get('next') ?? '',
    })
    return null
  }
  const tried = await start(t, { refuses })
  await tried.run()
  assert.equal(found.length, 2)
  assert.ok(found[0]?.text.includes(found[0].next) && found[0].next.length === 20)
  assert.deepEqual([found[0]?.mode, found[1]?.next], [0o600, USER.password])
  assert.ok(!existsSync(join(tried.folder, 'recovery')))
})

test('a file that is there already is not overwritten, and nothing is changed', async (t) => {
  const { run, folder, site } = await start(t, {})
  writeFileSync(join(folder, 'recovery'), 'mine')
  const { evidence } = await run()
  assert.equal(evidence.passwordChange.status, 'failed')
  assert.match(evidence.passwordChange.reason, /EEXIST.*--recovery-file/)
  assert.deepEqual([readFileSync(join(folder, 'recovery'), 'utf8'), site.history], ['mine', []])
})

test('stopped in the middle: the password is put back before the audit ends', async (t) => {
  const control = new AbortController()
  const { run, site, folder } = await start(t, {
    refuses: (_, times) => {
      if (times === 1) control.abort()
      return null
    },
  })
  await assert.rejects(run({ signal: control.signal }), { code: 'aborted' })
  assert.deepEqual([site.history.length, site.password(), readdirSync(folder)], [2, USER.password, []])
})

test('whichever budget is spent, whenever: the password is the one it was', async (t) => {
  const { run, site, folder } = await start(t, { othersStay: true })
  const changes = async (most: Partial<AuditOptions>): Promise<number> => {
    const before = site.history.length
    await run(most)
    assert.deepEqual([site.password(), readdirSync(folder)], [USER.password, []], JSON.stringify(most))
    return site.history.length - before
  }
  const logins = await each(range(1, 15), (maxLogins) => changes({ maxLogins }))
  const requests = await each(range(60, 180, 4), (maxRequests) => changes({ maxRequests }))
  for (const tried of [logins, requests]) assert.deepEqual([...new Set(tried)].sort(), [0, 2])
})

/** Acts at the nth request of the step: whether there was one, and whether all is as it was. */
async function actAt(t: TestContext, nth: number, act: 'stop' | 'break') {
  const control = new AbortController()
  let count = Number.NEGATIVE_INFINITY
  let acted = false
  const counted = (routes: Routes) => (visit: Visit) => {
    assert.ok(typeof routes === 'function')
    const reply = routes(visit)
    count += 1
    if (count !== nth) return reply
    acted = true
    if (act === 'stop') control.abort()
    return act === 'break' ? { ...reply, headers: { 'no header': '' } } : reply
  }
  const { run, site, folder } = await start(t, { othersStay: true, box: 'ends-others' }, counted)
  const onProgress = ({ step, state }: { step: string; state: string }) => {
    if (step === 'passwordChange' && state === 'started') count = 0
  }
  await run({ signal: control.signal, onProgress }).catch((error: unknown) => {
    assert.ok(error instanceof AuditError && error.code === 'aborted', String(error))
  })
  return { acted, restored: site.password() === USER.password && readdirSync(folder).length === 0 }
}

test('stopped, or cut off, at any request of it: the password is the one it was', async (t) => {
  for (const act of ['stop', 'break'] as const) {
    const done = await each(range(1, 45), (nth) => actAt(t, nth, act))
    assert.deepEqual(
      done.flatMap(({ restored }, at) => (restored ? [] : [at + 1])),
      [],
      act,
    )
    assert.ok(done.filter(({ acted }) => acted).length > 20)
  }
})

function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step)
}

async function each<T>(values: readonly number[], act: (value: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (const value of values) results.push(await act(value))
  return results
}

test('an answer that is lost: what became of the password is found out, and it is put back', async (t) => {
  const lost = (routes: Routes) => (visit: Visit) => {
    assert.ok(typeof routes === 'function')
    const reply = routes(visit)
    // An answer that cannot be sent: the connection breaks.
    return visit.at === 'POST /settings' && reply.redirect !== undefined && tried.site.history.length === 1
      ? { ...reply, headers: { 'bad header': '' } }
      : reply
  }
  const tried = await start(t, {}, lost)
  const { evidence } = await tried.run()
  assert.equal(evidence.passwordChange.status, 'failed')
  assert.deepEqual([tried.site.history.length, tried.site.password()], [2, USER.password])
  assert.deepEqual(readdirSync(tried.folder), [])
})

test('what cannot be put back is said aloud, and the temporary password is in the file it names', async (t) => {
  const { run, site, folder, seen } = await start(t, {
    refuses: (_, times) => (times > 1 ? { status: 422, html: 'You had that one before' } : null),
  })
  const path = join(folder, 'recovery')
  await assert.rejects(run(), (error) => {
    assert.ok(error instanceof AuditError)
    assert.equal(error.code, 'password_not_restored')
    assert.ok(error.message.includes(path))
    assert.ok(!error.message.includes(site.password()))
    return true
  })
  assert.ok(readFileSync(path, 'utf8').includes(site.password()))
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(seen.filter((at) => at === 'POST /settings').length, 3)
})

test('a stop does not hide that the password could not be put back', async (t) => {
  const control = new AbortController()
  const { run } = await start(t, {
    refuses: (_, times) => {
      if (times === 1) control.abort()
      return times > 1 ? { status: 422, html: 'No' } : null
    },
  })
  await assert.rejects(run({ signal: control.signal }), { code: 'password_not_restored' })
})
