import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type Reply, type Site, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import type { AuditOptions } from '../../options/options.ts'

interface Session {
  readonly csrf: string
}

interface Shape {
  /** What the account page shows. */
  readonly page: (session: Session) => string
  /** `METHOD /path` of the real logout. */
  readonly at: string
  readonly isRight?: (visit: Visit, session: Session) => boolean
  readonly more?: Readonly<Record<string, () => Reply>>
}

/** A site with cookies whose logout only a script can ask for; `forgets`: it ends nothing. */
async function site(t: TestContext, { page, at, isRight = () => true, more = {} }: Shape, forgets: boolean) {
  const live = new Map<string, Session>()
  return await serve(t, (visit): Reply => {
    const id = visit.cookies.get('tide') ?? ''
    const session = live.get(id)
    if (visit.at === 'GET /')
      return { html: '<form method=post action=/in><input name=u><input type=password name=p></form>' }
    if (visit.at === 'POST /in') {
      const made = randomBytes(16).toString('hex')
      live.set(made, { csrf: randomBytes(12).toString('hex') })
      return { redirect: '/mine', cookies: [`tide=${made}; Path=/`] }
    }
    if (visit.at === 'GET /mine')
      return session ? { html: `<h1>Mine</h1>${page(session)}` } : { redirect: '/' }
    if (visit.at === at && session && isRight(visit, session)) {
      if (!forgets) live.delete(id)
      return { status: 204, cookies: ['tide=; Path=/; Max-Age=0'] }
    }
    return more[visit.at]?.() ?? { status: visit.at === at ? 403 : 404, html: 'No' }
  })
}

async function logoutOf({ url }: Site, more: Partial<AuditOptions> = {}) {
  const file = await gather({ url, ...USER, ...more }, { wait: async () => {} })
  const { checks } = judge(file, { finishedAt: '' })
  const verdict = (id: string) => checks.find((check) => check.id === id)?.verdict
  const { logout } = file.evidence
  return {
    verdict: verdict('logout'),
    byGet: verdict('logout-get'),
    how: logout.status === 'gathered' ? logout.value.how : null,
    reason: logout.status === 'gathered' ? '' : logout.reason,
  }
}

const menu = `<nav id=menu></nav><script>menu.onclick = () => fetch('/session', { method: 'DELETE' })</script>`
const inHeader = ({ headers }: Visit, { csrf }: Session) => headers['x-csrf-token'] === csrf
const inField =
  (name: string) =>
  ({ form }: Visit, { csrf }: Session) =>
    form.get(name) === csrf

const SHAPES: Readonly<Record<string, Shape>> = {
  'DELETE in a script of the page': { at: 'DELETE /session', page: () => menu },
  'DELETE in a file of its own': {
    at: 'DELETE /auth/session',
    page: () => '<script src=/app.js></script>',
    more: { 'GET /app.js': () => ({ html: 'x.delete("/auth/session")' }) },
  },
  'a link whose script posts the token of the meta element': {
    at: 'POST /logout',
    page: ({ csrf }) =>
      `<meta name=csrf-token content=${csrf}><a href=/logout onclick="leave(event)">Log out</a>`,
    isRight: inHeader,
  },
  'a link whose script posts the token that a script says': {
    at: 'POST /user/logout',
    page: ({ csrf }) =>
      `<script>window.config = { csrfToken: '${csrf}' }</script><a href data-url=/user/logout>Sign out</a>`,
    isRight: inHeader,
  },
  'a button whose script posts the token of another form': {
    at: 'POST /leave',
    page: ({ csrf }) =>
      `<form method=post action=/search><input type=hidden name=__token value=${csrf}><input name=q></form>
       <button type=button hx-post=/leave>Log out</button>`,
    isRight: inField('__token'),
  },
}

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`${name}: hardened passes, and what only forgets fails`, async (t) => {
    const hardened = await logoutOf(await site(t, shape, false))
    assert.deepEqual([hardened.verdict, hardened.byGet], ['pass', 'pass'], JSON.stringify(hardened))
    assert.equal(`${hardened.how?.method} ${new URL(hardened.how?.url ?? '').pathname}`, shape.at)
    assert.equal((await logoutOf(await site(t, shape, true))).verdict, 'fail')
  })
}

test('an address that the user names is tried by DELETE too', async (t) => {
  const hidden = { at: 'DELETE /session', page: () => '' }
  const { verdict, how } = await logoutOf(await site(t, hidden, false), { logoutUrl: '/session' })
  assert.deepEqual([verdict, how?.method, how?.found], ['pass', 'DELETE', 'named by the user'])
})

test('nothing is deleted at a guess, nor what is no session', async (t) => {
  const others = `<script>fetch('/account', { method: 'DELETE' }); fetch('/sessions/all', { method: 'DELETE' })</script>`
  const { url, seen } = await site(t, { at: 'DELETE /account', page: () => others }, false)
  const { reason } = await logoutOf({ url, seen })
  assert.match(reason, /no way to log out was found .*POST \/logout.*--logout-url.*--logout-request/)
  assert.ok(!seen.some((at) => at.startsWith('DELETE')))
})

/** A script's site that keeps a token and one that renews it. */
function api(
  t: TestContext,
  answers: (visit: Visit, end: () => Reply) => Reply | null,
  script = `<script>fetch('/api/login', {method: 'POST'})</script>`,
) {
  const live = new Map<string, string>()
  return serve(t, (visit) => {
    const token = /^Bearer (.+)$/.exec(visit.headers.authorization ?? '')?.[1] ?? ''
    const end = () => {
      live.delete(token)
      return { json: { ok: true } }
    }
    if (visit.at === 'GET /') return { html: `<div id=app></div>${script}` }
    if (visit.at === 'POST /api/login') {
      const [access_token, refresh_token] = [randomBytes(20).toString('hex'), randomBytes(20).toString('hex')]
      live.set(access_token, refresh_token)
      return { json: { access_token, refresh_token } }
    }
    if (visit.at === 'GET /api/me')
      return live.has(token) ? { json: { user: USER.username } } : { status: 401, json: {} }
    const given = (JSON.parse(visit.body.startsWith('{') ? visit.body : '{}') as { refresh_token?: string })
      .refresh_token
    if (visit.at === 'POST /api/logout') {
      if (given === undefined || live.get(token) !== given) return { status: 400, json: { error: 'refresh' } }
    }
    return answers(visit, end) ?? { status: 404, json: {} }
  })
}

test('the token that renews a login goes along to its logout, and shows nowhere', async (t) => {
  const hardened = await api(t, ({ at }, end) => (at === 'POST /api/logout' ? end() : null))
  assert.equal((await logoutOf(hardened)).verdict, 'pass')
  const forgets = await api(t, ({ at }) => (at === 'POST /api/logout' ? { json: { ok: true } } : null))
  assert.equal((await logoutOf(forgets)).verdict, 'fail')
})

test('an address that answers whatever is asked is no logout of a token', async (t) => {
  const page = ({ at }: Visit): Reply | null =>
    at.startsWith('GET ') ? { html: '<div id=app></div>' } : null
  const anything = ({ at }: Visit): Reply | null =>
    at.startsWith('POST ') || at.startsWith('GET ') ? { json: { ok: true } } : null
  const refuses = ({ at }: Visit): Reply | null =>
    at === 'POST /api/logout' ? { json: { success: false } } : null
  for (const answers of [page, anything, refuses]) {
    const { verdict, reason } = await logoutOf(await api(t, answers))
    assert.equal(verdict, 'inconclusive', reason)
  }
  const routes = `<script>const pages = { out: '/logout' }; fetch('/api/login', {method: 'POST'})</script>`
  const { verdict, reason } = await logoutOf(await api(t, anything, routes))
  assert.equal(verdict, 'inconclusive', reason)
})

test('a logout may take the tokens of the login where the user says (RFC 7009), and shows none', async (t) => {
  const rfc7009 = ({ at, body, headers }: Visit, end: () => Reply): Reply | null => {
    if (at !== 'POST /revoke') return null
    const form = new URLSearchParams(body)
    const isForm = headers['content-type'] === 'application/x-www-form-urlencoded'
    if (!isForm || form.get('client_id') !== 'app' || !/^[0-9a-f]{40}$/.test(form.get('token') ?? ''))
      return { status: 400, json: { error: 'invalid_request' } }
    return end()
  }
  const revoke = (place: string) => ({ logoutRequest: `POST /revoke client_id=app&token={{${place}}}` })
  for (const place of ['refresh_token', 'access_token'])
    assert.equal((await logoutOf(await api(t, rfc7009), revoke(place))).verdict, 'pass', place)
  const forgets = await api(t, (visit) => rfc7009(visit, () => ({ json: {} })))
  assert.equal((await logoutOf(forgets, revoke('refresh_token'))).verdict, 'fail')
  const json = await api(t, ({ at, body }, end) =>
    at === 'POST /out' && /^[0-9a-f]{40}$/.test(JSON.parse(body).of) ? end() : null,
  )
  const named = { logoutRequest: 'POST /out {"of":"{{refresh_token}}"}' }
  assert.equal((await logoutOf(json, named)).verdict, 'pass')
})
