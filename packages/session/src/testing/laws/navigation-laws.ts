import assert from 'node:assert/strict'
import type { AdapterOptions } from '../../adapters/core/answers.ts'
import {
  type AdapterUnderTest,
  type Answer,
  type Application,
  cookieName,
  withApplication,
} from '../adapter-application.ts'
import type { Law } from './law.ts'

/** What browsers say of themselves; `site` as in Sec-Fetch-Site. */
const navigation = (site: string, dest = 'document') => ({
  'sec-fetch-site': site,
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': dest,
})
const foreignLink = navigation('cross-site')
const ownLink = navigation('same-origin')
/** Says that a Strict session cookie is there, and stayed away. */
const companion = `${cookieName}-present`
const script = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }

interface NavigationLaw {
  readonly options: AdapterOptions
  body(app: Application): Promise<void>
}

const options: AdapterOptions = {
  reEntry: true,
  redirects: { reauthentication_required: '/confirm?step=1', session_ended: '/elevate' },
}

const laws: Readonly<Record<string, NavigationLaw>> = {
  're-entry: a link of another site is asked for once more, and changes nothing until then': {
    options,
    async body(app) {
      const answer = await app.send('GET', '/set/tea?a=1&b=2', null, foreignLink)
      assert.deepEqual([answer.status, answer.sessionCookies, app.calls()], [200, [], 0])
      assert.match(answer.body, /content="0;url=\/set\/tea\?a=1&#38;b=2"/)
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      const second = await app.send('GET', '/set/tea?a=1', null, ownLink)
      assert.equal(JSON.parse(second.body).value, 'tea')
    },
  },

  're-entry: whatever is no such link goes to the application at once': {
    options,
    async body(app) {
      const { cookie } = await app.request('/login/alice')
      const isEntered = async (method: string, sent: string | null, headers: Record<string, string>) => {
        const { body, headers: received } = await app.send(method, '/?a=1', sent, headers)
        return method === 'HEAD' ? received.has('referrer-policy') : body.includes('url=')
      }
      assert.equal(await isEntered('GET', null, foreignLink), true)
      assert.equal(await isEntered('GET', null, navigation('cross-site', 'empty')), true, 'by a worker')
      assert.equal(await isEntered('GET', cookie, foreignLink), false, 'the cookie came along')
      for (const site of ['none', 'same-origin', 'same-site']) {
        assert.equal(await isEntered('GET', null, navigation(site)), false, site)
      }
      for (const dest of ['iframe', 'object', 'image']) {
        const headers = { ...foreignLink, 'sec-fetch-dest': dest }
        assert.equal(await isEntered('GET', null, headers), false, dest)
      }
      assert.equal(await isEntered('GET', null, { ...foreignLink, 'sec-fetch-mode': 'no-cors' }), false)
      assert.equal(await isEntered('GET', null, {}), false, 'no browser')
      for (const method of ['HEAD', 'OPTIONS', 'POST']) {
        assert.equal(await isEntered(method, null, foreignLink), false, method)
      }
    },
  },

  're-entry: a function says at which addresses, and the companion is set at all': {
    options: { reEntry: ({ path }) => !path.startsWith('/set/') },
    async body(app) {
      const isEntered = async (path: string) =>
        (await app.send('GET', path, null, foreignLink)).body.includes('url=')
      assert.deepEqual([await isEntered('/set/tea'), await isEntered('/')], [false, true])
      const { headers } = await app.request('/set/tea')
      assert.ok(headers.getSetCookie().some((line) => line.startsWith(`${companion}=1;`)))
    },
  },

  're-entry: the session cookie has a companion that holds no secret, comes with it and goes with it': {
    options,
    async body(app) {
      const login = await app.request('/login/alice')
      assert.deepEqual(linesOf(login, companion), [`${companion}=1; Path=/; Secure; HttpOnly; SameSite=Lax`])
      const use = await app.send('GET', '/', login.cookie, ownLink)
      assert.deepEqual(linesOf(use, companion), [])
      const logout = await app.request('/logout', login.cookie)
      assert.deepEqual(linesOf(logout, companion), [
        `${companion}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure; HttpOnly; SameSite=Lax`,
      ])
    },
  },

  're-entry: where the companion comes alone, a typed address or Back is asked for once more': {
    options,
    async body(app) {
      const isEntered = async (cookie: string | null, headers: Record<string, string>) =>
        (await app.send('GET', '/?a=1', cookie, headers)).body.includes('url=')
      const alone = `${companion}=1`
      assert.equal(await isEntered(alone, navigation('none')), true)
      assert.equal(await isEntered(alone, foreignLink), true)
      // Firefox and WebKit call it so where a service worker passes it on.
      assert.equal(await isEntered(alone, navigation('same-origin', 'empty')), true)
      assert.equal(await isEntered(null, navigation('none')), false, 'a visitor')
      assert.equal(await isEntered(null, navigation('same-origin', 'empty')), false, 'a visitor')
      assert.equal(await isEntered(`x${alone}`, navigation('none')), false, 'another cookie')
      const { cookie } = await app.request('/login/alice')
      assert.equal(await isEntered(`${cookie}; ${alone}`, navigation('none')), false, 'signed in')
      assert.equal(await isEntered(`${cookieName}=ended; ${alone}`, navigation('none')), false, 'ended')
    },
  },

  're-entry: a companion whose cookie is gone asks once, whatever the browser says of the second load': {
    options,
    async body(app) {
      const removal = /=; Max-Age=0; .*SameSite=Lax$/
      const load = async (headers: Record<string, string>) => {
        const answer = await app.send('GET', '/', `${companion}=1`, headers)
        return { isEntered: answer.body.includes('url='), lines: linesOf(answer, companion) }
      }
      const first = await load(navigation('none'))
      assert.deepEqual([first.isEntered, first.lines], [true, []])
      const referer = `${app.url}/`
      for (const second of [
        ownLink,
        { ...navigation('none'), referer },
        { ...foreignLink, referer },
        { ...navigation('same-origin', 'empty'), referer },
      ]) {
        const { isEntered, lines } = await load(second)
        assert.equal(isEntered, false)
        assert.equal(lines.length, 1)
        assert.match(lines[0] ?? '', removal)
      }
      const worker = await load(navigation('same-origin', 'empty'))
      assert.equal(worker.isEntered, true)
      assert.match(worker.lines[0] ?? '', removal)
      for (const other of [script, navigation('same-origin', 'iframe'), {}]) {
        assert.deepEqual(await load(other), { isEntered: false, lines: [] })
      }
    },
  },

  're-entry: caches are told what a visitor’s page depends on': {
    options,
    async body(app) {
      const { headers } = await app.send('GET', '/', null, ownLink)
      for (const name of ['Cookie', 'Sec-Fetch-Site']) {
        assert.match(headers.get('vary') ?? '', new RegExp(`\\b${name}\\b`, 'i'))
      }
    },
  },

  're-entry and redirects are off unless they are asked for': {
    options: {},
    async body(app) {
      assert.equal((await app.send('GET', '/', null, foreignLink)).body, '{"user":null,"value":null}')
      assert.deepEqual(linesOf(await app.request('/login/alice'), companion), [])
      assert.equal((await app.send('GET', '/confirmed-only', null, ownLink)).status, 401)
    },
  },

  'step-up: a page that needs a fresh sign-in leads there, with the way back': {
    options,
    async body(app) {
      const { cookie } = await app.request('/login/alice')
      assert.equal((await app.send('GET', '/confirmed-only', cookie, ownLink)).status, 200)
      app.clock.advance('11m')
      const answer = await app.send('GET', '/confirmed-only?to=a%26b', cookie, ownLink)
      const location = '/confirm?step=1&return_to=%2Fconfirmed-only%3Fto%3Da%2526b'
      assert.deepEqual([answer.status, answer.headers.get('location')], [303, location])
    },
  },

  'step-up: what is no navigation is told by 401 and a challenge': {
    options,
    async body(app) {
      const { cookie } = await app.request('/login/alice')
      app.clock.advance('11m')
      for (const [method, headers] of [
        ['GET', script],
        ['GET', {}],
        ['GET', navigation('same-origin', 'iframe')],
        ['POST', ownLink],
      ] as const) {
        const answer = await app.send(method, '/confirmed-only', cookie, headers)
        assert.deepEqual([answer.status, answer.headers.get('location')], [401, null], method)
        const challenge = answer.headers.get('www-authenticate') ?? ''
        assert.match(challenge, /error="insufficient_user_authentication", max_age="600"/)
      }
    },
  },

  'step-up: an error without a page of its own is not redirected, nor is that page to itself': {
    options,
    async body(app) {
      const { cookie } = await app.request('/login/alice')
      assert.equal((await app.send('GET', '/admins-only', cookie, ownLink)).status, 403)
      assert.equal((await app.send('GET', '/elevate?x=1', null, ownLink)).status, 401)
      const sent = await app.send('GET', '/elevate/here', null, ownLink)
      assert.equal(sent.headers.get('location'), '/elevate?return_to=%2Felevate%2Fhere')
      assert.equal(sent.headers.get('cache-control'), 'no-store', 'nobody is signed in who would see to that')
    },
  },

  'after a logout, WebKit is told once more to clear its data, by the next page: redirects it ignores': {
    options: {},
    async body(app) {
      const agent = {
        'user-agent': 'Mozilla/5.0 AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
      }
      const marker = `${cookieName}-left`
      const { cookie } = await app.request('/login/alice')
      const logout = await app.request('/logout', cookie, agent)
      const place = 'Path=/; Secure; HttpOnly; SameSite=Strict'
      assert.deepEqual(linesOf(logout, marker), [`${marker}=1; Max-Age=60; ${place}`])
      const next = await app.send('GET', '/', `${marker}=1`, { ...agent, ...ownLink })
      assert.equal(next.headers.get('clear-site-data'), '"cache", "storage"')
      assert.equal(next.headers.get('cache-control'), 'no-store')
      const gone = `${marker}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${place}`
      assert.deepEqual(linesOf(next, marker), [gone])
      const signedIn = (await app.request('/login/alice')).cookie
      for (const [sent, headers] of [
        [null, ownLink],
        [`${marker}=1`, script],
        [`${marker}=1; ${signedIn}`, ownLink],
      ] as const) {
        const other = await app.send('GET', '/', sent, { ...agent, ...headers })
        assert.deepEqual([other.headers.get('clear-site-data'), linesOf(other, marker)], [null, []])
      }
      const others = await app.request('/logout', signedIn, {
        'user-agent': `${agent['user-agent']} Chrome/156.0.0.0`,
      })
      assert.deepEqual(linesOf(others, marker), [])
    },
  },

  'a WebSocket that a page of another origin opens is refused, although it is a GET': {
    options: {},
    async body(app) {
      const { cookie } = await app.request('/login/alice')
      const upgrade = { connection: 'Upgrade', upgrade: 'websocket' }
      const status = async (headers: Record<string, string>) =>
        (await app.send('GET', '/', cookie, headers)).status
      assert.equal(await status({ ...upgrade, origin: 'https://evil.example' }), 403)
      assert.equal(await status({ ...upgrade, 'sec-fetch-site': 'cross-site' }), 403)
      assert.equal(await status(upgrade), 200, 'no browser')
      assert.equal(await status({ origin: 'https://evil.example' }), 200, 'a link')
    },
  },
}

function linesOf({ headers }: Answer, name: string): string[] {
  return headers.getSetCookie().filter((line) => line.startsWith(`${name}=`))
}

/** How an adapter sends a browser elsewhere, and keeps others from coming in. */
export function navigationLaws(adapter: AdapterUnderTest): Law[] {
  return Object.entries(laws).map(([name, { options, body }]) => ({
    name,
    run: () => withApplication(adapter, options, body),
  }))
}
