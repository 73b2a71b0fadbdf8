import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behind, inspect, right } from '../../../test/behind.ts'
import { type Routes, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'

const form = '<form method=post action=/in><input name=u><input type=password name=p></form>'

/** A page of nothing but a script, and what takes its credentials. */
function scripted(script: string, at: string, check: (visit: Visit) => boolean, more: object = {}): Routes {
  const html = `<div id=app></div><script>${script}</script>`
  const isRight = (visit: Visit) => {
    const given = JSON.parse(visit.body || '{}') as Record<string, string>
    return given.username === USER.username && given.password === USER.password && check(visit)
  }
  return behind(
    { 'GET /': () => ({ html }), ...more },
    (visit) => visit.at === `POST ${at}` && isRight(visit),
  )
}

test('a page of nothing but a script: the address is found in it', async (t) => {
  const script = `fetch('/api/search'); fetch('/api/register', {method: 'POST'}); fetch('/api/login', {method: 'POST'})`
  const site = await serve(
    t,
    scripted(script, '/api/login', () => true),
  )
  assert.deepEqual((await inspect(site.url)).carrier.sets, [['tide']])
  assert.ok(!site.seen.some((at) => /^POST .*register/.test(at)))
})

test('a script’s login wants the token that its page has, or that an address gives', async (t) => {
  const meta = (visit: Visit) => visit.headers['x-csrf-token'] === 'page-token'
  const token = '</script><meta name=csrf-token content=page-token><script>'
  const withMeta = await serve(t, scripted(`axios.post('/session', data)${token}`, '/session', meta))
  assert.deepEqual((await inspect(withMeta.url)).carrier.sets, [['tide']])

  const member = ({ body }: Visit) => JSON.parse(body).csrfToken === 'given-token'
  const gives = { 'GET /my/csrf': () => ({ json: { csrfToken: 'given-token' } }) }
  const script = "fetch('/my/csrf'); fetch('/auth/callback', {method: 'POST'})"
  const withMember = await serve(t, scripted(script, '/auth/callback', member, gives))
  assert.deepEqual((await inspect(withMember.url)).carrier.sets, [['tide']])
})

test('a form that a script sends: the token of the page goes along, and its answer says where to go', async (t) => {
  const html = `<meta name=csrf-token content=page-token>${form}`
  const pages = {
    'GET /': () => ({ html }),
    'POST /in': (visit: Visit) =>
      right('u', 'p')(visit) && visit.headers['x-csrf-token'] === 'page-token'
        ? { json: { redirect: '/office/desk' }, cookies: ['tide=abcdefabcdef; Path=/'] }
        : { status: 403, html: 'No' },
    'GET /office/desk': ({ cookies }: Visit) =>
      cookies.get('tide') === 'abcdefabcdef' ? { html: 'Mine' } : { redirect: '/' },
  }
  const site = await serve(t, pages)
  assert.equal((await inspect(site.url)).oracle.protectedUrl, `${site.url}/office/desk`)
})

test('a user is told from a visitor by what the page’s script fetches', async (t) => {
  const html = '<script>fetch("/api/v2/session").then(show)</script><a href=/login>Sign in</a>'
  const site = await serve(t, {
    'GET /': () => ({ html }),
    'GET /login': () => ({ html: form }),
    'POST /in': () => ({ redirect: '/', cookies: ['tide=abcdefabcdef; Path=/'] }),
    'GET /api/v2/session': ({ cookies }) => ({ json: { user: cookies.has('tide') ? 'ada' : null } }),
  })
  assert.equal((await inspect(site.url)).oracle.protectedUrl, `${site.url}/api/v2/session`)
})

test('a password that only a script sends is in no address', async (t) => {
  const html = '<form><input name=u><input type=password name=p></form><script src=/app.js></script>'
  const site = await serve(
    t,
    behind({ 'GET /': () => ({ html }) }, () => false),
  )
  await assert.rejects(inspect(site.url, { browser: false }), {
    code: 'login_not_found',
    message: /--login-format json/,
  })
  assert.ok(!site.seen.some((at) => at.includes('?')))
})

const two = "fetch('/api/login', {method: 'POST'}); fetch('/auth/signin', {method: 'POST'})"

test('an address that is not there gives way to the next; one that refuses ends the search', async (t) => {
  const moved = await serve(
    t,
    scripted(two, '/api/login', () => true, {
      'POST /auth/signin': () => ({ status: 404, html: 'No' }),
    }),
  )
  assert.deepEqual((await inspect(moved.url)).carrier.sets, [['tide']])

  const refused = { 'POST /auth/signin': () => ({ status: 401, json: {} }) }
  const site = await serve(
    t,
    scripted(two, '/api/login', () => true, refused),
  )
  await assert.rejects(inspect(site.url, { browser: false }), {
    code: 'sign_in_failed',
    message: /^\/auth\/signin answered 401/,
  })
  assert.ok(!site.seen.includes('POST /api/login'))
})

test('each login after the first asks for its token at once, and shows none', async (t) => {
  let asked = 0
  const member = ({ body }: Visit) => {
    const has = JSON.parse(body).csrfToken === 'given-token'
    if (has) asked += 1
    return has
  }
  const gives = { 'GET /my/csrf': () => ({ json: { csrfToken: 'given-token' } }) }
  const script = "fetch('/my/csrf'); fetch('/auth/callback', {method: 'POST'})"
  const site = await serve(t, scripted(script, '/auth/callback', member, gives))
  const file = await gather({ url: site.url, ...USER }, { wait: async () => {} })
  const count = (at: string) => site.seen.filter((each) => each === at).length
  // The first login is refused under both names before the token is known; others are sent as another site's page could.
  assert.ok(asked > 2)
  assert.ok(count('GET /my/csrf') >= asked)
  assert.ok(!JSON.stringify(file).includes('given-token'))
})
