import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { behind, inspect, right } from '../../test/behind.ts'
import { type Reply, type Routes, serve, type Visit } from '../../test/serve.ts'
import { loginForm, sessionSite, USER } from '../../test/session-site.ts'
import { gather } from '../gathering/gather.ts'

/** Logins as sites really have them: each must be found, used and told apart without being told how. */

test('several forms: search, newsletter and sign-up are left alone', async (t) => {
  const html = `<form action=/search><input name=q></form>
    <form method=post action=/news><input type=email name=mail></form>
    <form method=post action=/register><input name=name><input type=email name=email>
      <input type=password name=p1 autocomplete=new-password><input type=password name=p2><button>Sign up</button></form>
    <form method=post action=/enter><input name=who><input type=password name=pass><button name=go value=1>Log in</button></form>`
  const site = await serve(
    t,
    behind(
      { 'GET /': () => ({ html }) },
      (visit) => right('who', 'pass')(visit) && visit.form.get('go') === '1',
    ),
  )
  const { signIn, carrier } = await inspect(site.url)
  assert.deepEqual([signIn.usernameField, signIn.passwordField, signIn.otherFields], ['who', 'pass', ['go']])
  assert.deepEqual(carrier.sets, [['tide']])
  assert.ok(!site.seen.some((at) => /register|news|search/.test(at)))
})

test('a relative action below <base>, behind a link in German', async (t) => {
  const html = `<base href="/app/konto/"><form method=post action="los"><input name=benutzername><input type=password name=kennwort></form>`
  const pages = { 'GET /': () => ({ html: '<a href="/app/x">Anmelden</a>' }), 'GET /app/x': () => ({ html }) }
  const site = await serve(t, behind(pages, right('benutzername', 'kennwort')))
  assert.equal((await inspect(site.url)).signIn.action, `${site.url}/app/konto/los`)
})

test('a login page whose address was made for one visitor is reached anew for each', async (t) => {
  let flows = 0
  const site = await serve(t, (visit) => {
    const { at } = visit
    if (at === 'GET /') return { redirect: '/authorize' }
    if (at === 'GET /authorize') {
      flows += 1
      return { redirect: `/flow/f${flows}`, cookies: [`flow=f${flows}; Path=/`] }
    }
    const own = `/flow/${visit.cookies.get('flow')}`
    if (at === `GET ${own}`)
      return { html: `<form method=post action=${own}><input name=u><input type=password name=p></form>` }
    if (at === `POST ${own}` && right('u', 'p')(visit))
      return { redirect: '/mine', cookies: ['tide=abcdefabcdef; Path=/'] }
    if (at === 'GET /mine')
      return visit.cookies.get('tide') === 'abcdefabcdef' ? { html: 'Mine' } : { redirect: '/' }
    return { status: 400, html: 'This sign-in is not yours' }
  })
  const { carrier, oracle } = await inspect(site.url)
  assert.deepEqual([carrier.sets, oracle.protectedUrl], [[['tide']], `${site.url}/mine`])
})

test('a form that a table tore apart still owns its fields', async (t) => {
  const html = `<table><form method=post action=/go><tr><td><input name=user></td><td><input type=password name=pass></td></tr></form></table>`
  const site = await serve(t, behind({ 'GET /': () => ({ html }) }, right('user', 'pass')))
  assert.equal((await inspect(site.url)).signIn.usernameField, 'user')
})

test('user name first, password on the next page', async (t) => {
  const pages = {
    'GET /login': () => ({
      html: '<h1>Sign in</h1><form method=post action=/login/name><input type=email name=email><button>Next</button></form>',
    }),
    'POST /login/name': () => ({
      html: `<form method=post action=/login/word><input type=hidden name=email value="${USER.username}"><input type=password name=pw></form>`,
    }),
  }
  const site = await serve(t, behind(pages, right('email', 'pw')))
  const { carrier } = await inspect(`${site.url}/login`)
  assert.deepEqual(carrier.sets, [['tide']])
})

test('multipart and formaction are sent as the form says', async (t) => {
  const html = `<form method=post enctype=multipart/form-data><input name=u><input type=password name=p><button formaction=/up>Log in</button></form>`
  const isRight = ({ body, headers, at }: Visit) =>
    at === 'POST /up' && /^multipart/.test(headers['content-type'] ?? '') && body.includes(USER.password)
  const site = await serve(t, behind({ 'GET /': () => ({ html }) }, isRight))
  assert.deepEqual((await inspect(site.url)).carrier.sets, [['tide']])
})

test('a login that answers with a meta refresh', async (t) => {
  const html = '<form method=post action=/in><input name=u><input type=password name=p></form>'
  const pages = {
    'GET /': () => ({ html }),
    'POST /in': () => ({
      html: '<meta http-equiv=refresh content="0; url=/mine">',
      cookies: ['tide=abcdefabcdef; Path=/'],
    }),
    'GET /mine': ({ cookies }: Visit) =>
      cookies.get('tide') === 'abcdefabcdef' ? { html: 'Mine' } : { status: 403, html: 'No' },
  }
  const site = await serve(t, pages)
  assert.equal((await inspect(site.url)).oracle.protectedUrl, `${site.url}/mine`)
})

test('a site that checks Origin and Sec-Fetch-Site lets us in as a browser', async (t) => {
  const html = '<form method=post action=/in><input name=u><input type=password name=p></form>'
  const isOurs = ({ headers }: Visit) =>
    headers['sec-fetch-site'] === 'same-origin' &&
    headers.origin === `http://${headers.host}` &&
    /\/$/.test(headers.referer ?? '')
  const site = await serve(
    t,
    behind({ 'GET /': () => ({ html }) }, (visit) => isOurs(visit) && right('u', 'p')(visit)),
  )
  assert.deepEqual((await inspect(site.url)).carrier.sets, [['tide']])
})

test('theme, analytics and CSRF cookies are no carriers; malformed Set-Cookie headers harm nothing', async (t) => {
  const html = '<form method=post action=/in><input name=u><input type=password name=p></form>'
  const noise = [
    'theme=dark; Path=/',
    '_ga=GA1.2.3.4; Max-Age=63072000',
    'csrf=abc; SameSite=Strict',
    ';;;',
    '=',
    'x',
    '\u00e9=\u00ff; Path',
    `big=${'x'.repeat(5000)}`,
    '__Host-a=1; Path=/',
  ]
  const site = await serve(t, behind({ 'GET /': () => ({ html }) }, right('u', 'p'), noise))
  const file = await gather({ url: site.url, ...USER }, { wait: async () => {} })
  const carrier = file.evidence.carrier.status === 'gathered' ? file.evidence.carrier.value : null
  assert.deepEqual(carrier?.carriers, ['tide'])
  assert.ok(carrier?.candidates.includes('theme') && !carrier.candidates.includes('big'))
  const cookies = file.evidence.cookies.status === 'gathered' ? file.evidence.cookies.value : []
  assert.match(cookies.find(({ name }) => name === '__Host-a')?.refusedByBrowsers ?? '', /needs Secure/)
})

test('two cookies that only work together are one set of two', async (t) => {
  const html = '<form method=post action=/in><input name=u><input type=password name=p></form>'
  const sign = (text: string) => createHmac('sha256', 'k').update(text).digest('base64url')
  const data = Buffer.from(JSON.stringify({ user: 'alice' })).toString('base64')
  const site = await serve(t, {
    'GET /': () => ({ html }),
    'POST /in': () => ({
      redirect: '/mine',
      cookies: [`s=${data}; Path=/`, `s.sig=${sign(data)}; Path=/`, 'lang=en; Path=/'],
    }),
    'GET /mine': ({ cookies }) =>
      sign(cookies.get('s') ?? '') === cookies.get('s.sig') ? { html: 'Mine' } : { redirect: '/' },
  })
  const { carrier } = await inspect(site.url)
  assert.deepEqual(carrier.sets, [['s', 's.sig']])
  assert.ok(carrier.onlyOne.every(({ seen }) => seen.state === 'anonymous'))
})

test('twenty cookies: the one that carries is found without the full matrices', async (t) => {
  const html = '<form method=post action=/in><input name=u><input type=password name=p></form>'
  const many = Array.from({ length: 20 }, (_, index) => `pref${index}=value${index}; Path=/`)
  const site = await serve(t, behind({ 'GET /': () => ({ html }) }, right('u', 'p'), many))
  assert.deepEqual((await inspect(site.url)).carrier.sets, [['tide']])
})

function api(login: (visit: Visit) => Reply, isIn: (visit: Visit) => boolean): Routes {
  return {
    'GET /': () => ({ html: '<div id=app></div>', cookies: ['XSRF-TOKEN=tok%2Ben; Path=/'] }),
    'POST /api/login': login,
    'GET /api/me': (visit) =>
      isIn(visit) ? { json: { user: { email: USER.username } } } : { json: { user: null } },
  }
}

test('a JSON login with a CSRF header from a cookie, told apart by a JSON field', async (t) => {
  const ids = new Set<string>()
  const login = ({ body, headers }: Visit): Reply => {
    const data = JSON.parse(body)
    if (headers['x-xsrf-token'] !== 'tok+en') return { status: 403, json: {} }
    if (data.email !== USER.username || data.password !== USER.password) return { status: 401, json: {} }
    const id = randomBytes(16).toString('hex')
    ids.add(id)
    return { json: { ok: true }, cookies: [`tide=${id}; Path=/; HttpOnly`] }
  }
  const site = await serve(
    t,
    api(login, ({ cookies }) => ids.has(cookies.get('tide') ?? '')),
  )
  const options = { loginFormat: 'json', loginUrl: `${site.url}/api/login` } as const
  const { oracle, carrier, signIn } = await inspect(site.url, options)
  assert.deepEqual([oracle.kind, signIn.usernameField, carrier.sets], ['json-field', 'email', [['tide']]])
  await assert.rejects(inspect(site.url, { ...options, password: 'no' }), { code: 'sign_in_failed' })
})

test('a bearer token is a carrier called Authorization', async (t) => {
  const token = randomBytes(24).toString('hex')
  const login = (): Reply => ({ json: { data: { access_token: token } } })
  const site = await serve(
    t,
    api(login, ({ headers }) => headers.authorization === `Bearer ${token}`),
  )
  const options = {
    loginFormat: 'json',
    loginUrl: `${site.url}/api/login`,
    protectedUrl: `${site.url}/api/me`,
  } as const
  const { carrier } = await inspect(site.url, options)
  assert.deepEqual(carrier.sets, [['Authorization']])
  const text = JSON.stringify(await gather({ url: site.url, ...USER, ...options }, { wait: async () => {} }))
  assert.ok(!text.includes(token))
})

test('a page that is public but greets the user is told apart by the greeting', async (t) => {
  const ids = new Set<string>()
  const form = '<form method=post action=/in><input name=u><input type=password name=p></form>'
  const site = await serve(t, {
    'GET /': ({ cookies }) => ({
      html: ids.has(cookies.get('tide') ?? '')
        ? `<p>Hello ${USER.username}</p> ${Math.random()}`
        : `${form} ${Math.random()}`,
    }),
    'POST /in': () => {
      const id = randomBytes(16).toString('hex')
      ids.add(id)
      return { redirect: '/', cookies: [`tide=${id}; Path=/`] }
    },
  })
  const { oracle } = await inspect(site.url)
  assert.deepEqual([oracle.kind, oracle.signedIn.length], ['canary', 3])
})

test('a password field without a form says what to do', async (t) => {
  const site = await serve(t, {
    'GET /': () => ({ html: '<input name=u><input type=password><button>Log in</button>' }),
  })
  await assert.rejects(inspect(site.url), { code: 'login_not_found', message: /--login-format json/ })
})

test('a huge page is cut off, and the audit goes on', async (t) => {
  const routes = sessionSite() as Record<string, (visit: Visit) => Reply>
  const site = await serve(t, {
    ...routes,
    'GET /': () => ({ html: `<a href="/login">Login</a>${'x'.repeat(5_000_000)}` }),
  })
  assert.deepEqual((await inspect(site.url)).carrier.sets, [['sid']])
})

test('a login form by GET works, and the password is in no evidence', async (t) => {
  const html = loginForm().replace('method="post"', 'method="get"')
  const site = await serve(t, (visit) => {
    if (visit.at === 'GET /login' && visit.query.get('pw') === USER.password) {
      return { redirect: '/mine', cookies: ['tide=0123456789abcdef; Path=/'] }
    }
    if (visit.at !== 'GET /mine') return { html }
    return visit.cookies.get('tide') === '0123456789abcdef' ? { html: 'Mine' } : { redirect: '/' }
  })
  const file = await gather({ url: site.url, ...USER }, { wait: async () => {} })
  assert.ok(!JSON.stringify(file).includes(USER.password))
})
