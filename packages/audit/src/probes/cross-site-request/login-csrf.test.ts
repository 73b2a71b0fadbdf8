import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { loginForm, sessionSite, USER } from '../../../test/session-site.ts'
import type { EvidenceFile } from '../../evidence/evidence.ts'
import { judge } from '../../judging/judge.ts'

const verdict = (file: EvidenceFile) =>
  judge(file, { finishedAt: '' }).checks.find(({ id }) => id === 'login-csrf')?.verdict

/** The site with another answer to the login. */
function withLogin(routes: Routes, login: (visit: Visit, own: (visit: Visit) => Reply) => Reply): Routes {
  const own = routes as Readonly<Record<string, (visit: Visit) => Reply>>
  const before = own['POST /login'] ?? (() => ({}))
  return { ...own, 'POST /login': (visit) => login(visit, before) }
}

const isForeign = ({ headers }: Visit) => headers['sec-fetch-site'] === 'cross-site'

test('a form of another site signs in where nothing is asked of it, and that session is used further', async (t) => {
  const site = await serve(t, sessionSite({ lazy: true }))
  const file = await audit(site.url)
  const { trials, controls } = value(file, 'loginCsrf')
  assert.deepEqual(
    trials.map(({ token, after }) => [token, after.state]),
    [['no-need', 'signed-in']],
  )
  assert.ok(controls.every(({ held }) => held))
  assert.equal(verdict(file), 'fail')
})

test('a token that belongs to a visitor’s session keeps it out, without one before credentials are read', async (t) => {
  const tried: boolean[] = []
  const site = await serve(
    t,
    withLogin(sessionSite(), (visit, own) => {
      if (isForeign(visit)) tried.push((visit.form.get('pw') ?? '') !== '')
      return own(visit)
    }),
  )
  const file = await audit(site.url)
  const { trials, screened, alike, controls } = value(file, 'loginCsrf')
  assert.deepEqual(
    trials.map(({ token, after }) => [token, after.state]),
    [["another's", 'anonymous']],
  )
  assert.deepEqual(
    screened?.trials.map(({ token, status }) => [token, status]),
    [['none', trials[0]?.status]],
  )
  assert.deepEqual(tried, [true, false])
  assert.equal(alike, true)
  // A login that another step made is the control.
  assert.match(controls[0]?.name ?? '', /^a later login/)
  assert.equal(verdict(file), 'pass')
})

test('every way is tried where a refusal looks like that of wrong credentials', async (t) => {
  const site = await serve(
    t,
    withLogin(sessionSite(), (visit, own) => {
      const reply = own(visit)
      return (reply.status ?? 200) < 400 ? reply : { redirect: '/login' }
    }),
  )
  const file = await audit(site.url)
  const { trials, screened } = value(file, 'loginCsrf')
  assert.deepEqual(
    trials.map(({ token }) => token),
    ["another's", 'none'],
  )
  assert.equal(screened, undefined)
  assert.equal(verdict(file), 'pass')
})

test('a site that ends a session with the next login is shown a login of its own', async (t) => {
  const routes = sessionSite() as Readonly<Record<string, (visit: Visit) => Reply>>
  const ended = new Set<string>()
  let live: string | undefined
  const site = await serve(t, (visit) => {
    const isOver = ended.has(visit.cookies.get('sid') ?? '')
    const reply = routes[visit.at]?.(isOver ? { ...visit, cookies: new Map() } : visit) ?? { status: 404 }
    if (visit.at === 'POST /login' && reply.redirect !== undefined) {
      if (live !== undefined) ended.add(live)
      live = /^sid=([^;]*)/.exec(reply.cookies?.[0] ?? '')?.[1]
    }
    return reply
  })
  const file = await audit(site.url)
  assert.match(value(file, 'loginCsrf').controls[0]?.name ?? '', /^the same login/)
  assert.equal(verdict(file), 'pass')
})

test('an ID that a forged login has signed in is no visitor’s to the step after it', async (t) => {
  const routes = sessionSite({ keepsId: true, attributes: 'Path=/; HttpOnly' })
  const own = routes as Readonly<Record<string, (visit: Visit) => Reply>>
  const tokens = new Map<string, string>()
  const site = await serve(t, (visit) => {
    const sid = visit.cookies.get('sid') ?? ''
    // Whatever token comes, it is the right one.
    const form = new URLSearchParams(visit.form)
    if (visit.at === 'POST /login') form.set('csrf', tokens.get(sid) ?? '')
    const reply = own[visit.at]?.({ ...visit, form }) ?? { status: 404 }
    const id = /^sid=([^;]*)/.exec(reply.cookies?.[0] ?? '')?.[1] ?? sid
    const [, token] = /name="?csrf"? value="?([^">]*)/.exec(reply.html ?? '') ?? []
    if (token !== undefined) tokens.set(id, token)
    return reply
  })
  const file = await audit(site.url)
  assert.equal(verdict(file), 'fail')
  const fixation = judge(file, { finishedAt: '' }).checks.find(({ id }) => id === 'fixation')
  assert.equal(fixation?.verdict, 'fail')
})

test('a token that any visitor’s will do for lets it in', async (t) => {
  const given = new Set<string>()
  const form = () => {
    const token = `t${Math.random().toString(36).slice(2)}${given.size}`
    given.add(token)
    return `<form action=login method=post><input type=hidden name=csrf value=${token}><input name=email><input type=password name=pw></form>`
  }
  const lazy = sessionSite({ lazy: true })
  const site = await serve(t, {
    ...withLogin(lazy, (visit, own) =>
      given.has(visit.form.get('csrf') ?? '') ? own(visit) : { status: 403, html: 'Forged' },
    ),
    'GET /login': () => ({ html: form() }),
  })
  const file = await audit(site.url)
  assert.equal(value(file, 'loginCsrf').trials[0]?.token, "another's")
  assert.equal(verdict(file), 'fail')
})

test('a token that is asked for only where one is sent lets it in', async (t) => {
  const site = await serve(t, {
    ...withLogin(sessionSite({ lazy: true }), (visit, own) =>
      isForeign(visit) && visit.form.has('csrf') ? { status: 403, html: 'Forged' } : own(visit),
    ),
    'GET /login': () => ({ html: loginForm('a-token-of-the-page') }),
  })
  const { trials } = value(await audit(site.url), 'loginCsrf')
  assert.deepEqual(
    trials.map(({ token, after }) => [token, after.state]),
    [
      ["another's", 'anonymous'],
      ['none', 'signed-in'],
    ],
  )
})

test('a refusal by something in front of the site is no refusal by the site', async (t) => {
  let foreign = 0
  const site = await serve(
    t,
    withLogin(sessionSite({ lazy: true }), (visit, own) => {
      if (isForeign(visit)) foreign += 1
      if (isForeign(visit) && foreign === 1) return { status: 503, html: 'Busy' }
      return own(visit)
    }),
  )
  assert.equal(verdict(await audit(site.url)), 'fail')
})

test('refusals that differ each time decide nothing', async (t) => {
  let foreign = 0
  const site = await serve(
    t,
    withLogin(sessionSite({ lazy: true }), (visit, own) => {
      if (!isForeign(visit)) return own(visit)
      foreign += 1
      return { status: 400 + foreign, html: `<p>No ${foreign}</p>` }
    }),
  )
  assert.equal(verdict(await audit(site.url)), 'inconclusive')
})

test('JSON hidden in the text/plain of a form signs in where nobody looks at the type', async (t) => {
  for (const isStrict of [false, true]) {
    const live = new Set<string>()
    const site = await serve(t, ({ at, body, headers, cookies }) => {
      if (at === 'POST /api/login') {
        if (isStrict && headers['content-type'] !== 'application/json') return { status: 415, json: {} }
        let given: { username?: string; password?: string } = {}
        try {
          given = JSON.parse(body)
        } catch {
          return { status: 400, json: {} }
        }
        if (given.password !== USER.password) return { status: 401, json: {} }
        const id = `id-${live.size}-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`
        live.add(id)
        return { json: { ok: true }, cookies: [`sid=${id}; Path=/; HttpOnly; SameSite=Lax`] }
      }
      if (at === 'GET /api/me')
        return live.has(cookies.get('sid') ?? '')
          ? { json: { user: USER.username } }
          : { status: 401, json: { error: true } }
      return at === 'GET /' ? { html: 'An app' } : { status: 404, html: 'Not found' }
    })
    const file = await audit(site.url, {
      loginFormat: 'json',
      loginUrl: `${site.url}/api/login`,
      protectedUrl: `${site.url}/api/me`,
      usernameField: 'username',
    })
    assert.equal(verdict(file), isStrict ? 'pass' : 'fail')
    assert.equal(value(file, 'loginCsrf').trials[0]?.how, 'a form whose text/plain is JSON')
  }
})

test('where a script sends a token beside the credentials, its server is shown nothing but JSON', async (t) => {
  const tokens = new Set<string>()
  const bodies: string[] = []
  const sessions = new Set<string>()
  const site = await serve(t, {
    'GET /': () => ({ html: '<div id=app></div>' }),
    'GET /api/csrf': () => {
      const csrfToken = crypto.randomUUID()
      tokens.add(csrfToken)
      return { json: { csrfToken } }
    },
    'POST /api/login': ({ body }) => {
      bodies.push(body)
      const { username, password, csrfToken } = JSON.parse(body)
      if (!tokens.has(csrfToken)) return { status: 403, json: { error: 'csrf token' } }
      if (username !== USER.username || password !== USER.password) return { status: 401, json: {} }
      const id = crypto.randomUUID()
      sessions.add(id)
      return { json: {}, cookies: [`sid=${id}; Path=/; HttpOnly; SameSite=Lax`] }
    },
    'GET /api/me': ({ cookies }) =>
      sessions.has(cookies.get('sid') ?? '') ? { json: { user: USER.username } } : { status: 401, json: {} },
  })
  const url = (path: string) => `${site.url}${path}`
  const asJson = { loginFormat: 'json', loginUrl: url('/api/login'), protectedUrl: url('/api/me') } as const
  const file = await audit(site.url, asJson)
  assert.deepEqual(value(file, 'signIn').otherFields.slice(0, 1), ['csrfToken'])
  assert.equal(verdict(file), 'pass')
  assert.ok(bodies.every((body) => body.startsWith('{')))
})
