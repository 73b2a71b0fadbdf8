import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { demoPassword } from '../examples/shared/accounts.ts'
import { type StartedServer, startServer } from './start-server.ts'

let server: StartedServer
beforeEach(async () => {
  server = await startServer('examples/accounts.ts')
})
afterEach(() => server.stop())

/** A browser that is signed in. */
class Browser {
  cookie = ''

  static async of(username: string, password = demoPassword): Promise<Browser> {
    const browser = new Browser()
    await browser.post('/login', { username, password })
    return browser
  }

  async post(path: string, fields: Record<string, string> = {}): Promise<string> {
    const body = new URLSearchParams(fields)
    const headers = { cookie: this.cookie, 'user-agent': 'a browser' }
    const response = await fetch(server.url + path, { method: 'POST', body, headers })
    for (const line of response.headers.getSetCookie()) this.cookie = line.slice(0, line.indexOf(';'))
    return `${response.status} ${await response.text()}`
  }

  async sessions(): Promise<
    { sid: string; isThisOne: boolean; userAgent: string; address: string }[] | null
  > {
    const response = await fetch(`${server.url}/sessions`, { headers: { cookie: this.cookie } })
    return response.ok ? await response.json() : null
  }
}

const isSignedIn = async (browser: Browser) => (await browser.sessions()) !== null

test('a password change keeps this session under a new token, and ends the others if asked to', async () => {
  const [here, there] = [await Browser.of('bob'), await Browser.of('bob')]
  const listed = await here.sessions()
  assert.deepEqual(
    listed?.map(({ userAgent, address }) => [userAgent, address]),
    [
      ['a browser', '127.0.0.1'],
      ['a browser', '127.0.0.1'],
    ],
  )
  const before = here.cookie
  const change = { password: demoPassword, newPassword: 'another good one' }
  assert.match(await here.post('/password', change), /^200 .*ended: 0/)
  assert.notEqual(here.cookie, before)
  assert.deepEqual([await isSignedIn(here), await isSignedIn(there)], [true, true])
  const back = { password: change.newPassword, newPassword: demoPassword, endOthers: 'yes' }
  assert.match(await here.post('/password', { ...back, password: 'wrong' }), /^403/)
  assert.match(await here.post('/password', back), /^200 .*ended: 1/)
  assert.deepEqual([await isSignedIn(here), await isSignedIn(there)], [true, false])
  await here.post('/admin/end-everybody')
  assert.equal(await isSignedIn(here), true, 'he is no administrator')
})

test('an administrator ends one session, a user’s, and everybody’s, and disables an account', async () => {
  const root = await Browser.of('root')
  const [a, b, c] = [await Browser.of('bob'), await Browser.of('bob'), await Browser.of('bob')]
  const sid = (await a.sessions())?.find(({ isThisOne }) => isThisOne)?.sid ?? ''
  assert.match(await root.post('/admin/end', { sid }), /ended: 1/)
  assert.deepEqual([await isSignedIn(a), await isSignedIn(b)], [false, true])
  await root.post('/admin/end', { userId: 'bob' })
  assert.deepEqual([await isSignedIn(b), await isSignedIn(c)], [false, false])
  const again = await Browser.of('bob')
  assert.match(await root.post('/admin/disable', { userId: 'bob' }), /ended: 1/)
  assert.equal(await isSignedIn(again), false)
  assert.equal(await isSignedIn(await Browser.of('bob')), false)
  assert.match(await root.post('/admin/end-everybody'), /ended: [1-9]/)
  assert.equal(await isSignedIn(root), false)
})

test('an account that was deleted leaves no session behind', async () => {
  const [here, there] = [await Browser.of('alice'), await Browser.of('alice')]
  assert.match(await here.post('/delete-account'), /^200/)
  assert.deepEqual([await isSignedIn(here), await isSignedIn(there)], [false, false])
  assert.equal(await isSignedIn(await Browser.of('alice')), false)
})

test('who signs in while the account is being disabled is not signed in', async () => {
  const root = await Browser.of('root')
  // The passwords are still being verified when the account is disabled, which takes no such time.
  const signingIn = Promise.all(Array.from({ length: 5 }, () => Browser.of('bob')))
  await root.post('/admin/disable', { userId: 'bob' })
  for (const browser of await signingIn) assert.equal(await isSignedIn(browser), false)
})
