import assert from 'node:assert/strict'
import test, { mock, type TestContext } from 'node:test'
import { SessionError } from 'latchkey'
import { createClient, password, signedIn, signUp } from './support/client.ts'
import { sessionClass } from './support/session-class.ts'
import { startSite } from './support/site.ts'
import { startConsole } from './support/start.ts'

/**
 * A browser can come with a token that is out of date, of a session that lives: after a crash, or with a request that
 * was slow. It is a visitor to the session layer, for which nothing can be stored. Here every visitor is one.
 */
async function refuseVisitors(t: TestContext): Promise<() => number> {
  const prototype = await sessionClass()
  let refused = 0
  for (const name of ['set', 'delete', 'update', 'csrfToken'] as const) {
    const original = prototype[name] as (...values: unknown[]) => Promise<unknown>
    const standIn = mock.method(
      prototype,
      name,
      async function (this: typeof prototype, ...values: unknown[]) {
        if (this.userId !== null) return original.apply(this, values)
        refused++
        throw new SessionError('session_superseded', 'This request is out of date.')
      },
    )
    t.after(() => standIn.mock.restore())
  }
  return () => refused
}

async function start(t: TestContext) {
  const started = await startConsole()
  t.after(() => started.close())
  return { ...started, refused: await refuseVisitors(t) }
}

test('every page for visitors is there, and asks the session for nothing', async (t) => {
  const { url, refused } = await start(t)
  const visitor = createClient(url)
  for (const [path, status] of [
    ['/', 200],
    ['/sign-in', 200],
    ['/sign-in?next=%2Fdevices&notice=signed-out', 200],
    ['/sign-up', 200],
    ['/audits/new', 303],
    ['/devices', 303],
    ['/nothing', 404],
    ['/audits/nothing', 404],
    ['/audits/nothing/events', 404],
  ] as const) {
    assert.equal((await visitor.get(path)).status, status, path)
  }
  for (const [path, form, status] of [
    ['/sign-up', { username: 'ada', password: 'short' }, 422],
    ['/sign-in', { username: 'ada', password: 'wrong' }, 401],
    ['/audits', { url: 'ftp://x' }, 422],
    ['/devices/end-others', {}, 303],
    ['/sign-out', {}, 303],
  ] as const) {
    assert.equal((await visitor.post(path, form)).status, status, path)
  }
  assert.deepEqual([refused(), visitor.cookie()], [0, ''])
})

test('signing up and signing in work, and from there on everything does', async (t) => {
  const { url, refused } = await start(t)
  await signUp(url, 'ada')
  const ada = await signedIn(url)
  assert.equal((await ada.get('/devices')).status, 200)
  assert.equal((await ada.post('/account/password', { current: 'wrong' })).status, 422)
  assert.equal((await ada.post('/sign-out')).status, 303)
  assert.equal(refused(), 0)
})

test('what does need a session is not done, and the page says that signing in helps', async (t) => {
  const { url } = await start(t)
  const site = await startSite()
  t.after(() => site.close())
  const visitor = createClient(url)
  const form = { url: site.url, permission: 'yes' }
  const { status, body } = await visitor.post('/audits', form)
  assert.equal(status, 409)
  assert.match(body, /Go back and try again/)
  assert.match(body, /class="button" href="\/sign-in"/)
  assert.equal(site.requests(), 0)
  const ada = await signedIn(url)
  assert.equal((await ada.post('/audits', form)).status, 303)
})

test('a fault of the console in using its session is one, and in the log', async (t) => {
  const { url, logged } = await startConsoleThatIsLate(t)
  const ada = await signedIn(url)
  const { status, body } = await ada.post('/confirm', { password })
  assert.equal(status, 500)
  assert.match(body, /a fault in the console/)
  assert.match(logged(), /"level":50[^\n]*"code":"answer_started"/)
})

async function startConsoleThatIsLate(t: TestContext) {
  const started = await startConsole()
  t.after(() => started.close())
  const late = Object.assign(new SessionError('config_invalid', 'late'), { code: 'answer_started' })
  const standIn = mock.method(await sessionClass(), 'reauthenticate', () => Promise.reject(late))
  t.after(() => standIn.mock.restore())
  return started
}
