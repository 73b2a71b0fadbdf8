import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { memoryStore } from 'latchkey'
import { defaultLimits } from '../src/security/throttles.ts'
import { startAudit } from './support/audits.ts'
import {
  type Client,
  createClient,
  password,
  sidOf,
  signedIn,
  signInAgain,
  signUp,
} from './support/client.ts'
import { clock, minute } from './support/clock.ts'
import { startSite } from './support/site.ts'
import { startConsole } from './support/start.ts'

/** A console with an administrator, root, who signed up before the operator said so. */
async function start(t: TestContext, options = {}) {
  const { now, forward } = clock()
  const admins = new Set<string>()
  const started = await startConsole({ now, admins, ...options })
  t.after(() => started.close())
  const root = await signedIn(started.url, 'root')
  admins.add('root')
  return { ...started, root, forward }
}

async function administering(t: TestContext, options = {}) {
  const started = await start(t, options)
  assert.equal((await started.root.post('/admin/enter')).location, '/admin')
  return started
}

async function pageOf(root: Client, name: string): Promise<string> {
  const { body } = await root.get('/admin')
  return new RegExp(`href="(/admin/users/[\\w-]+)">${name}<`).exec(body)?.[1] ?? `no ${name}`
}

const isSignedIn = async (client: Client) => (await client.get('/account')).status === 200

test('to everybody else there is no such page', async (t) => {
  const { url, root } = await administering(t)
  const ada = await signedIn(url)
  const user = await pageOf(root, 'ada')
  const gets = ['/admin', user, '/admin/nothing']
  const posts = ['/admin/enter', '/admin/leave', '/admin/end-all', `${user}/disable`, `${user}/end`]
  const none = (await ada.get('/nothing')).body.replace(/name="csrf" value="[^"]*"/, '')
  for (const path of gets) {
    const { status, body } = await ada.get(path)
    assert.equal(status, 404)
    assert.equal(body.replace(/name="csrf" value="[^"]*"/, ''), none)
    assert.equal((await createClient(url).get(path)).status, 404)
  }
  for (const path of posts) {
    assert.equal((await ada.post(path, { sure: 'yes' })).status, 404, path)
    assert.equal((await createClient(url).post(path, { sure: 'yes' })).status, 404, path)
  }
  assert.ok(await isSignedIn(ada))
  assert.doesNotMatch((await ada.get('/')).body, /href="\/admin"/)
  assert.match((await root.get('/')).body, /href="\/admin"/)
})

test('administering takes the password, a new token and an end; then it is asked for again', async (t) => {
  const { url, root, forward } = await start(t)
  const { body } = await root.get('/admin')
  assert.match(body, /Administer for 15 minutes/)
  assert.doesNotMatch(body, /Accounts<\/h2>/)
  assert.equal((await root.post('/admin/end-all', { sure: 'yes' })).location, '/admin')
  forward(11 * minute)
  assert.equal((await root.get('/admin')).location, '/confirm?next=%2Fadmin')
  assert.equal((await root.post('/admin/enter')).location, '/confirm?next=%2Fadmin')

  await root.post('/confirm', { password, next: '/admin' })
  const before = root.cookie()
  await root.post('/admin/enter')
  assert.notEqual(root.cookie(), before)
  const replayed = await fetch(`${url}/admin`, { headers: { cookie: before }, redirect: 'manual' })
  assert.equal(replayed.status, 404)
  assert.match((await root.get('/admin')).body, /Accounts<\/h2>/)

  forward(8 * minute)
  assert.match((await root.get('/admin')).body, /Accounts<\/h2>/)
  forward(8 * minute)
  const page = await pageOf(root, 'root')
  assert.match(page, /^no /, 'the 15 minutes are over')
  await root.post('/confirm', { password })
  await root.post('/admin/enter')
  const own = await pageOf(root, 'root')
  await root.post('/admin/leave')
  for (const path of ['disable', 'enable', 'end', 'end-all']) {
    assert.equal((await root.post(`${own}/${path}`)).location, '/admin')
  }
  assert.equal((await root.get(own)).location, '/admin')
  assert.equal((await root.post('/admin/end-all', { sure: 'yes' })).location, '/admin')
  assert.ok(await isSignedIn(root))
})

test('a session that administers is not one that stays signed in', async (t) => {
  const { url, forward } = await start(t)
  const root = createClient(url)
  await root.post('/sign-in', { username: 'root', password, remember: 'yes' })
  const { headers } = await root.post('/admin/enter')
  assert.doesNotMatch(headers.getSetCookie().join(), /Max-Age|Expires/i)
  assert.doesNotMatch((await root.get('/devices')).body, /Stays signed in/)
  forward(16 * minute)
  assert.equal(await isSignedIn(root), false)
})

test('a disabled account has no sessions and gets none, until it is enabled', async (t) => {
  const { url, root } = await administering(t)
  const site = await startSite({ hold: true })
  t.after(() => site.close())
  const ada = await signedIn(url)
  const second = await signInAgain(url)
  const eve = await signedIn(url, 'eve')
  const audit = await startAudit(ada, { url: site.url })
  const user = await pageOf(root, 'ada')

  assert.equal((await root.post(`${user}/disable`)).location, `${user}?notice=disabled`)
  assert.match((await root.get(user)).body, /Signed in nowhere/)
  for (const each of [ada, second]) assert.equal((await each.get('/account')).status, 303)
  assert.ok(await isSignedIn(eve))
  const right = await createClient(url).post('/sign-in', { username: 'ada', password })
  assert.deepEqual([right.status, right.headers.getSetCookie()], [401, []])
  assert.match(right.body, /This account is disabled/)
  const wrong = await createClient(url).post('/sign-in', { username: 'ada', password: 'wrong' })
  assert.doesNotMatch(wrong.body, /disabled/)
  assert.match((await root.get(user)).body, /Disabled since/)
  assert.match((await root.get('/admin')).body, />disabled</)

  assert.equal((await root.post(`${user}/enable`)).location, `${user}?notice=enabled`)
  const again = await signInAgain(url)
  assert.match((await again.get(audit)).body, /You stopped this audit/)
})

for (const how of ['disabled', 'deleted']) {
  test(`a sign-in that is under way while its account is ${how} does not come through`, async (t) => {
    const store = memoryStore()
    let held = Promise.resolve()
    const begun = Promise.withResolvers<void>()
    const create: typeof store.create = async (record) => {
      if (record.userId === ada.id) begun.resolve()
      await held
      await store.create(record)
    }
    const ada = { id: '' }
    const { url, root } = await administering(t, { store: { ...store, create } })
    const own = await signedIn(url)
    const page = await pageOf(root, 'ada')
    ada.id = page.split('/').at(-1) ?? ''
    const release = Promise.withResolvers<void>()
    held = release.promise
    // Its password was right, and its session is about to be stored.
    const late = createClient(url)
    const answer = late.post('/sign-in', { username: 'ada', password })
    await begun.promise
    if (how === 'disabled') await root.post(`${page}/disable`)
    else await own.post('/account/delete', { sure: 'yes' })
    release.resolve()
    assert.equal((await answer).status, 401)
    assert.equal(late.cookie(), '')
    assert.deepEqual(await store.list(ada.id), [])
  })
}

test('a session that is left of a disabled account ends at its next use', async (t) => {
  const store = memoryStore()
  let down = false
  const list: typeof store.list = (userId) =>
    down ? Promise.reject(new Error('store down')) : store.list(userId)
  const { url, root } = await administering(t, { store: { ...store, list } })
  const ada = await signedIn(url)
  const user = await pageOf(root, 'ada')
  down = true
  assert.equal((await root.post(`${user}/disable`)).status, 503)
  down = false
  assert.equal(await isSignedIn(ada), false)
  assert.equal(ada.cookie(), '')
})

test('one session is ended, or all of one user, and nobody else’s', async (t) => {
  const { url, root } = await administering(t)
  const [ada, second, third] = [await signedIn(url), await signInAgain(url), await signInAgain(url)]
  const eve = await signedIn(url, 'eve')
  const user = await pageOf(root, 'ada')
  assert.equal((await root.post(`${user}/end`, { sid: sidOf(eve) })).location, `${user}?notice=gone`)
  assert.ok(await isSignedIn(eve))
  assert.equal((await root.post(`${user}/end`, { sid: sidOf(second) })).location, `${user}?notice=ended`)
  assert.deepEqual([await isSignedIn(ada), await isSignedIn(second)], [true, false])
  assert.match((await root.get(user)).body, /Ended from elsewhere/)
  await root.post(`${user}/end-all`)
  for (const each of [ada, third]) assert.equal(await isSignedIn(each), false)
  assert.ok((await isSignedIn(eve)) && (await isSignedIn(root)))
})

test('of the own account all sessions but this one are ended, or this one alone', async (t) => {
  const { url, root } = await administering(t)
  const other = await signInAgain(url, 'root')
  const own = await pageOf(root, 'root')
  await root.post(`${own}/end-all`)
  assert.deepEqual([await isSignedIn(root), await isSignedIn(other)], [true, false])
  const { location } = await root.post(`${own}/end`, { sid: sidOf(root) })
  assert.equal(location, '/sign-in?notice=signed-out')
  assert.equal(root.cookie(), '')
})

test('everybody is signed out, the administrator too, and told so', async (t) => {
  const { url, root } = await administering(t)
  const ada = await signedIn(url)
  const unsure = await root.post('/admin/end-all')
  assert.equal(unsure.status, 422)
  assert.ok(await isSignedIn(ada))
  const { location } = await root.post('/admin/end-all', { sure: 'yes' })
  assert.equal(location, '/sign-in?notice=all-ended')
  assert.equal(root.cookie(), '')
  for (const each of [ada, root]) assert.equal(await isSignedIn(each), false)
  const again = await signInAgain(url)
  assert.match((await again.get('/activity')).body, /An administrator ended all sessions/)
})

test('who the operator named cannot be disabled here, nor their name be taken', async (t) => {
  const { url, root } = await administering(t)
  const own = await pageOf(root, 'root')
  assert.doesNotMatch((await root.get(own)).body, /Disable account/)
  assert.equal((await root.post(`${own}/disable`)).status, 404)
  assert.ok(await isSignedIn(root))
  await root.post('/account/delete', { sure: 'yes' })
  const { status, location } = await createClient(url).post('/sign-up', { username: 'Root', password })
  assert.deepEqual([status, location], [303, '/sign-in?notice=sign-up'], 'as for any name that is taken')
  await assert.rejects(signInAgain(url, 'root'))
})

test('accounts come in pages', async (t) => {
  const limits = { ...defaultLimits, signUp: { points: 50, duration: 60 } }
  const { url, root } = await administering(t, { limits })
  for (let each = 0; each < 26; each++) await signUp(url, `user-${String(each).padStart(2, '0')}`)
  const first = (await root.get('/admin')).body
  const next = /href="(\/admin\?after=[^"]+)">Next/.exec(first)?.[1] ?? ''
  const second = (await root.get(next)).body
  const names = [first, second].flatMap((body) => [...body.matchAll(/users\/[\w-]+">([^<]+)</g)])
  assert.equal(new Set(names.map(([, name]) => name)).size, 27)
  assert.doesNotMatch(second, />Next page</)
})

test('what an administrator does is in the log by handles: no name, token or password', async (t) => {
  const { url, root, logged } = await administering(t)
  const ada = await signedIn(url)
  const sid = sidOf(ada)
  const user = await pageOf(root, 'ada')
  await root.post(`${user}/end`, { sid })
  await root.post(`${user}/disable`)
  await root.post(`${user}/enable`)
  await root.post(`${user}/end-all`)
  await root.post('/admin/end-all', { sure: 'yes' })
  const entries = logged()
    .split('\n')
    .filter((line) => line.includes('"authz_admin"'))
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    entries.map(({ action }) => action),
    ['enter', 'end-session', 'disable-account', 'enable-account', 'end-sessions-of-user', 'end-all-sessions'],
  )
  assert.equal(entries[1].sid, sid)
  for (const entry of entries) {
    assert.equal(entry.level, 40)
    assert.match(entry.by, /^[\w-]{20}$/)
    // As words: a random handle may well have these three letters in it.
    assert.doesNotMatch(JSON.stringify(entry), /\b(ada|root)\b|lighthouses|[\w-]{64}/)
  }
})
