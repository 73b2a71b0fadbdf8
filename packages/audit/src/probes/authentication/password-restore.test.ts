import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startPasswordSite } from '../../../test/password-audit.ts'
import type { Routes, Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'

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
  const tried = await startPasswordSite(t, { refuses })
  await tried.run()
  assert.equal(found.length, 2)
  assert.ok(found[0]?.text.includes(found[0].next) && found[0].next.length === 20)
  assert.deepEqual([found[0]?.mode, found[1]?.next], [0o600, USER.password])
  assert.ok(!existsSync(join(tried.folder, 'recovery')))
})

test('a file that is there already is not overwritten, and nothing is changed', async (t) => {
  const { run, folder, site } = await startPasswordSite(t, {})
  writeFileSync(join(folder, 'recovery'), 'mine')
  const { evidence } = await run()
  assert.equal(evidence.passwordChange.status, 'failed')
  assert.match(evidence.passwordChange.reason, /EEXIST.*--recovery-file/)
  assert.deepEqual([readFileSync(join(folder, 'recovery'), 'utf8'), site.history], ['mine', []])
})

test('stopped in the middle: the password is put back before the audit ends', async (t) => {
  const control = new AbortController()
  const { run, site, folder } = await startPasswordSite(t, {
    refuses: (_, times) => {
      if (times === 1) control.abort()
      return null
    },
  })
  await assert.rejects(run({ signal: control.signal }), { code: 'aborted' })
  assert.deepEqual([site.history.length, site.password(), readdirSync(folder)], [2, USER.password, []])
})

test('stopped while the site takes its time: its answer is waited for, or nobody knew which password holds', async (t) => {
  const control = new AbortController()
  const tried = await startPasswordSite(t, {
    refuses: ({ form }, times) => {
      if (times > 1) return null
      control.abort()
      const until = turns().then(() => tried.site.take(form.get('next') ?? ''))
      return { redirect: '/account', until }
    },
  })
  await assert.rejects(tried.run({ signal: control.signal }), { code: 'aborted' })
  await turns()
  assert.deepEqual([tried.site.history.length, tried.site.password()], [2, USER.password])
})

/** Long enough for many requests on loopback, without a clock. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 2000; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('no sign-in with the new password: it is put back by the browser that changed it', async (t) => {
  const { run, site, folder } = await startPasswordSite(t, { throttles: true })
  const { evidence } = await run()
  assert.ok(evidence.passwordChange.status === 'gathered')
  assert.ok(evidence.passwordChange.value.controls.some(({ held }) => !held))
  assert.deepEqual([site.history.length, site.password(), readdirSync(folder)], [2, USER.password, []])
})

test('whichever budget is spent, whenever: the password is the one it was', async (t) => {
  const { run, site, folder } = await startPasswordSite(t, { othersStay: true })
  const changes = async (most: Partial<AuditOptions>): Promise<number> => {
    const before = site.history.length
    const { evidence } = await run(most)
    assert.deepEqual([site.password(), readdirSync(folder)], [USER.password, []], JSON.stringify(most))
    const made = site.history.length - before
    assert.equal(evidence.passwordChange.status, made === 0 ? 'failed' : 'gathered', JSON.stringify(most))
    return made
  }
  const logins = await each(range(3, 13, 2), (maxLogins) => changes({ maxLogins }))
  const requests = await each(range(80, 190, 10), (maxRequests) => changes({ maxRequests }))
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
  const { run, site, folder } = await startPasswordSite(t, { othersStay: true, box: 'ends-others' }, counted)
  const onProgress = ({ step, state }: { step: string; state: string }) => {
    if (step === 'passwordChange' && state === 'started') count = 0
  }
  await run({ signal: control.signal, onProgress }).catch((error: unknown) => {
    assert.ok(error instanceof AuditError && error.code === 'aborted', String(error))
  })
  return { acted, restored: site.password() === USER.password && readdirSync(folder).length === 0 }
}

test('stopped at one request, cut off at the next: the password is the one it was', async (t) => {
  for (const [act, first] of [
    ['stop', 1],
    ['break', 2],
  ] as const) {
    const done = await each(range(first, 46, 2), (nth) => actAt(t, nth, act))
    assert.deepEqual(
      done.flatMap(({ restored }, at) => (restored ? [] : [first + at * 2])),
      [],
      act,
    )
    assert.ok(done.filter(({ acted }) => acted).length > 10)
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
  const tried = await startPasswordSite(t, {}, lost)
  const { evidence } = await tried.run()
  assert.equal(evidence.passwordChange.status, 'failed')
  assert.deepEqual([tried.site.history.length, tried.site.password()], [2, USER.password])
  assert.deepEqual(readdirSync(tried.folder), [])
})

test('what cannot be put back is said aloud, and the temporary password is in the file it names', async (t) => {
  const { run, site, folder, seen } = await startPasswordSite(t, {
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
  const { run } = await startPasswordSite(t, {
    refuses: (_, times) => {
      if (times === 1) control.abort()
      return times > 1 ? { status: 422, html: 'No' } : null
    },
  })
  await assert.rejects(run({ signal: control.signal }), { code: 'password_not_restored' })
})
