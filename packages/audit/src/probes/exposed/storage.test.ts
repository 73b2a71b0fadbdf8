import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { noWait, value } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { sessionSite, USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import { readRecording } from '../../options/recording/recording.ts'

interface Kept {
  readonly name: string
  readonly value: string
}
type Keeps = (sid: string) => readonly Kept[]

/** A session as its user has it, and what the state says that pages keep. */
async function audited(
  t: TestContext,
  keeps: Keeps | null,
  more: { readonly inSession?: boolean; readonly takesBearer?: boolean } = {},
) {
  const site = sessionSite()
  const { url } = await serve(t, (visit) => {
    const sid = /^Bearer (.+)$/.exec(visit.headers.authorization ?? '')?.[1]
    const cookies = sid !== undefined && more.takesBearer ? new Map([['sid', sid]]) : visit.cookies
    const reply = typeof site === 'function' ? site(visit) : site[visit.at]?.({ ...visit, cookies })
    return reply ?? { status: 404, html: 'Not found' }
  })
  const page = await fetch(`${url}/login`)
  const [before = ''] = page.headers.getSetCookie()
  const csrf = /name=csrf value="(\w+)"/.exec(await page.text())?.[1] ?? ''
  const entered = await fetch(`${url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: before.split(';')[0] ?? '' },
    body: new URLSearchParams({ csrf, email: USER.username, pw: USER.password }),
  })
  const sid = /^sid=([^;]+)/.exec(entered.headers.getSetCookie()[0] ?? '')?.[1] ?? ''
  const cookie = { name: 'sid', value: sid, domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true }
  const store = more.inSession ? 'sessionStorage' : 'localStorage'
  const state = {
    cookies: [cookie],
    ...(keeps ? { origins: [{ origin: url, [store]: keeps(sid) }] } : {}),
  }
  const file = await gather({ url, loginFrom: readRecording(JSON.stringify(state)) }, noWait)
  const said = JSON.stringify(file)
  assert.ok(!said.includes(sid))
  const check = judge(file, { finishedAt: '' }).checks.find(({ id }) => id === 'id-exposed')
  return { sid, said, ...value(file, 'idExposed'), verdict: check?.verdict, reason: check?.reason ?? '' }
}

const WRITTEN: readonly (readonly [what: string, form: string, write: (sid: string) => string])[] = [
  ['alone', 'value', (sid) => sid],
  ['within JSON', 'value', (sid) => JSON.stringify({ user: { session: sid } })],
  ['in base64', 'base64', (sid) => btoa(`{"s":"${sid}"}`)],
]
for (const [what, form, write] of WRITTEN) {
  test(`the value ${what} in an entry of a storage state is found, and nothing that is kept is told`, async (t) => {
    const { seen, said, sid, verdict, storage } = await audited(t, (own) => [
      { name: 'theme', value: 'a-secret-of-somebody-7' },
      { name: 'visit', value: write(own) },
    ])
    assert.deepEqual(
      seen.map((each) => [each.where, each.name, each.form, each.exchange, each.bearer?.state]),
      [['local-storage', 'visit', form, null, 'anonymous']],
    )
    assert.equal(seen[0]?.value, hash('sha256', sid).slice(0, 8))
    assert.deepEqual(storage, { read: ['local-storage'], entries: 2, tokens: [] })
    assert.equal(verdict, 'fail')
    assert.ok(!said.includes('a-secret-of-somebody-7') && !said.includes(write(sid)))
  })
}

test('the value in the name of an entry is found, and the name is told without it', async (t) => {
  const { seen, said } = await audited(t, (sid) => [{ name: `visit:${sid}:k3jf92lslw8dkf7s`, value: '1' }], {
    inSession: true,
  })
  assert.equal(seen[0]?.where, 'session-storage')
  assert.match(seen[0]?.name ?? '', /^visit:<sid:\w{8}>:<part:\w{8}>$/)
  assert.ok(!said.includes('k3jf92lslw8dkf7s'))
})

test('other entries are none, and a state that says nothing of storage was not looked at', async (t) => {
  const other = await audited(t, () => [{ name: 'id', value: `${'q'.repeat(10)}0123456789abcdefghijkl` }])
  assert.deepEqual([other.seen, other.verdict], [[], 'pass'])
  assert.match(other.reason, /nor in the local storage \(entries: 1\)/)
  const none = await audited(t, null)
  assert.deepEqual([none.storage?.read, none.verdict], [[], 'pass'])
  assert.match(none.reason, /was not read/)
})

test('a cookie whose value a header carries as well is a token that scripts are given', async (t) => {
  const { seen, verdict } = await audited(t, (sid) => [{ name: 'visit', value: sid }], { takesBearer: true })
  assert.equal(seen[0]?.bearer?.state, 'signed-in')
  assert.equal(verdict, 'skipped')
})

test('a token of a header is told as what it is, with the entry that holds it', async (t) => {
  const token = 'eyJhbGciOi.abcdefghijkl.mnop1234'
  const { url } = await serve(t, {
    'GET /': () => ({ html: '<div id=app></div>' }),
    'GET /api/me': ({ headers }) =>
      headers.authorization === `Bearer ${token}` ? { json: { name: 'ada' } } : { status: 401, json: {} },
  })
  const item = { name: 'auth', value: JSON.stringify({ access_token: token }) }
  const text = JSON.stringify({ cookies: [], origins: [{ origin: url, localStorage: [item] }] })
  const file = await gather({ url, loginFrom: readRecording(text) }, noWait)
  assert.deepEqual(value(file, 'idExposed').storage?.tokens, [
    { carrier: 'Authorization', where: 'local-storage', name: 'auth' },
  ])
  const check = judge(file, { finishedAt: '' }).checks.find(({ id }) => id === 'id-exposed')
  assert.match(`${check?.verdict} ${check?.reason}`, /^skipped .*kept in the entry auth/)
})
