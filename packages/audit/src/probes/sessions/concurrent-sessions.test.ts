import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, serve } from '../../../test/serve.ts'
import { concurrentSessions } from '../../checks/concurrent-sessions.ts'
import { judge } from '../../judging/judge.ts'
import type { AuditOptions, ProgressEvent } from '../../options/options.ts'

/** What a login does to the sessions so far, the oldest first; null lets it in. */
type Limit = (live: string[]) => Reply | null

/** The one session of all, of a site that cannot tell logins apart. */
const SHARED = randomBytes(16).toString('hex')

async function site(t: TestContext, limit: Limit, makeId = () => randomBytes(16).toString('hex')) {
  const live: string[] = []
  return await serve(t, ({ at, cookies }) => {
    const id = cookies.get('sid') ?? ''
    if (at === 'GET /')
      return { html: '<form method=post action=/in><input name=u><input type=password name=p></form>' }
    if (at === 'POST /in') {
      const refused = limit(live)
      if (refused) return refused
      const made = makeId()
      if (!live.includes(made)) live.push(made)
      return { redirect: '/mine', cookies: [`sid=${made}; Path=/`] }
    }
    if (at === 'GET /mine') {
      const out = '<form method=post action=/out><button>Log out</button></form>'
      return live.includes(id) ? { html: `<h1>Mine</h1>${out}` } : { redirect: '/' }
    }
    if (at !== 'POST /out') return { status: 404, html: '' }
    if (live.includes(id)) live.splice(live.indexOf(id), 1)
    return { redirect: '/' }
  })
}

const unlimited: Limit = () => null
const evicting =
  (most: number): Limit =>
  (live) => {
    live.splice(0, live.length - most + 1)
    return null
  }
const refusing =
  (most: number): Limit =>
  (live) =>
    live.length >= most ? { status: 200, html: 'Too many sessions' } : null

async function judged(url: string, more: Partial<AuditOptions> = {}) {
  const file = await audit(url, more)
  const [verdict] = judge(file, { finishedAt: '', checks: [concurrentSessions] }).checks
  assert.ok(verdict)
  return verdict
}

test('without a policy it says what is so', async (t) => {
  for (const [limit, words] of [
    [unlimited, /All 3 of 3 logins in a row stay signed in/],
    [evicting(2), /At most 2 sessions: each further login ends the oldest/],
    [evicting(1), /At most one session/],
  ] as const) {
    const { verdict, reason } = await judged((await site(t, limit)).url)
    assert.equal(verdict, 'skipped')
    assert.match(reason, words)
  }
})

test('with a policy it signs in once more than that, and says whether it holds', async (t) => {
  for (const [limit, expectSessions, verdict] of [
    [evicting(4), 4, 'pass'],
    [evicting(5), 4, 'fail'],
    [evicting(3), 4, 'fail'],
    [evicting(1), 1, 'pass'],
    [evicting(2), 1, 'fail'],
    [unlimited, 4, 'fail'],
  ] as const) {
    const found = await judged((await site(t, limit)).url, { expectSessions })
    assert.equal(found.verdict, verdict, found.reason)
  }
})

test('a refused login is put down to their number once it works after a logout', async (t) => {
  const found = await judged((await site(t, refusing(2))).url)
  assert.equal(found.verdict, 'skipped', found.reason)
  assert.match(found.reason, /With 2 sessions alive another login is refused/)
  assert.equal((await judged((await site(t, refusing(4))).url, { expectSessions: 4 })).verdict, 'pass')
})

test('a login refused for another reason is not guessed about', async (t) => {
  let logins = 0
  const site429 = await site(t, () => (++logins > 2 ? { status: 429, html: 'Slow down' } : null))
  const { verdict, reason } = await judged(site429.url, { expectSessions: 2 })
  assert.equal(verdict, 'inconclusive')
  assert.match(reason, /status 429/)
})

test('the session there is counts as the first, so that one login fewer is made', async (t) => {
  const here = await site(t, unlimited)
  const made: number[] = []
  const onProgress = ({ step, logins }: ProgressEvent) => {
    if (step === 'concurrentSessions') made.push(logins)
  }
  const { logins } = value(await audit(here.url, { onProgress }), 'concurrentSessions')
  assert.equal((made.at(-1) ?? 0) - (made[0] ?? 0), 2)
  assert.deepEqual(
    logins.map(({ browsers }) => browsers.map(({ state }) => state)),
    [['signed-in'], ['signed-in', 'signed-in'], ['signed-in', 'signed-in', 'signed-in']],
  )
})

test('logins that share one session are not counted as several', async (t) => {
  const { verdict, reason } = await judged((await site(t, unlimited, () => SHARED)).url, {
    expectSessions: 1,
  })
  assert.equal(verdict, 'inconclusive', reason)
})
