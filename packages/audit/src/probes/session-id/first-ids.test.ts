import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { loginForm, sessionSite, USER } from '../../../test/session-site.ts'
import { judge } from '../../judging/judge.ts'

type Page = 'GET /' | 'GET /login' | 'GET /mine'

/** Gives a visitor an ID on each page, and keeps it at the login where it was first given on one of `keeps`. */
function startingSite(keeps: readonly Page[]): Routes {
  const sessions = new Map<string, { user: string | null; from: string }>()
  const idOf = ({ cookies }: Visit) =>
    sessions.has(cookies.get('sid') ?? '') ? cookies.get('sid') : undefined
  const set = (id: string) => [`sid=${id}; Path=/; HttpOnly`]
  const begin = (user: string | null, from: string): readonly string[] => {
    const id = randomBytes(16).toString('hex')
    sessions.set(id, { user, from })
    return set(id)
  }
  const page = (visit: Visit, reply: Reply): Reply =>
    idOf(visit) === undefined ? { ...reply, cookies: begin(null, visit.at) } : reply
  return {
    'GET /': (visit) => page(visit, { html: '<a href="/login">Sign in</a>' }),
    'GET /login': (visit) => page(visit, { html: loginForm() }),
    'GET /mine': (visit) =>
      sessions.get(idOf(visit) ?? '')?.user
        ? { html: `${USER.username} <a href="/out">Log out</a>` }
        : page(visit, { redirect: '/login' }),
    'POST /login': (visit) => {
      if (visit.form.get('pw') !== USER.password) return { status: 401, html: loginForm() }
      const id = idOf(visit) ?? ''
      const session = sessions.get(id)
      if (session && keeps.some((known) => known === session.from)) {
        session.user = USER.username
        return { redirect: '/mine' }
      }
      sessions.delete(id)
      return { redirect: '/mine', cookies: begin(USER.username, visit.at) }
    },
    'GET /out': (visit) => {
      sessions.delete(idOf(visit) ?? '')
      return { redirect: '/', cookies: ['sid=; Path=/; Max-Age=0'] }
    },
  }
}

async function ofSite(t: Parameters<typeof serve>[0], routes: Routes) {
  const { url } = await serve(t, routes)
  const file = await audit(url)
  const { checks } = judge(file, { finishedAt: '2026-11-29T00:00:00Z' })
  const { trials } = value(file, 'fixation')
  const issued = trials.filter(({ variant }) => variant === 'issued')
  return {
    issued,
    verdict: checks.find(({ id }) => id === 'fixation')?.verdict,
    kept: issued.filter(({ replay }) => replay.state === 'signed-in').map(({ way }) => way),
  }
}

test('each page on which a browser gets its first ID is tried alone', async (t) => {
  for (const [page, way] of [
    ['GET /', 'start page'],
    ['GET /login', 'login page'],
    ['GET /mine', 'protected page'],
  ] as const) {
    const { verdict, kept } = await ofSite(t, startingSite([page]))
    assert.deepEqual([verdict, kept], ['fail', [way]])
  }
})

test('a site that replaces the ID of each page passes, with all three named', async (t) => {
  const { verdict, issued } = await ofSite(t, startingSite([]))
  assert.deepEqual(
    [verdict, issued.map(({ way }) => way)],
    ['pass', ['login page', 'start page', 'protected page']],
  )
})

/** A page gives a second ID, for the login's path alone, and the login signs that one in where it `keeps` it. */
function twoPaths(keeps: boolean, page = 'GET /login'): Routes {
  const alive = new Set<string>()
  const routes = sessionSite() as Record<string, (visit: Visit) => Reply>
  return (visit) => {
    const own = visit.cookies.get('sid') ?? ''
    const headers = String(visit.headers.cookie ?? '')
    const first = /sid=([^;]*)/.exec(headers)?.[1] ?? ''
    const cookies = new Map([...visit.cookies, ['sid', own]])
    if (visit.at === 'GET /account' && alive.has(first)) return { html: `${USER.username}, your account` }
    const reply = routes[visit.at]?.({ ...visit, cookies }) ?? { status: 404 }
    if (visit.at === page && first === own) {
      const narrow = `sid=n${randomBytes(16).toString('hex')}; Path=/login; HttpOnly`
      return { ...reply, cookies: [...(reply.cookies ?? []), narrow] }
    }
    if (visit.at === 'POST /login' && reply.redirect !== undefined && keeps && first !== own) alive.add(first)
    return reply
  }
}

test('of two cookies of one name, on two paths, each value is tried alone', async (t) => {
  const kept = await ofSite(t, twoPaths(true))
  assert.deepEqual(
    [kept.verdict, kept.issued.map(({ replay }) => replay.state).sort()],
    ['fail', ['anonymous', 'signed-in']],
  )
  const sound = await ofSite(t, twoPaths(false))
  assert.deepEqual(
    [sound.verdict, sound.issued.map(({ replay }) => replay.state)],
    ['pass', ['anonymous', 'anonymous']],
  )
})

test('an ID for the login’s path alone is tried too', async (t) => {
  const start = await ofSite(t, twoPaths(true, 'GET /'))
  assert.deepEqual([start.verdict, start.kept], ['fail', ['start page']])
})

test('the first login of all is the trial of the login page', async (t) => {
  const site = await serve(t, sessionSite())
  const logins: number[] = []
  await audit(site.url, {
    onProgress: ({ step, logins: made }) => {
      if (step === 'fixation') logins.push(made)
    },
  })
  const [before = 0, after] = logins
  assert.equal(after, before + 1, 'one login: that with a planted ID')
})
