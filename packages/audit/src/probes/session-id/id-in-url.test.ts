import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { sessionSite, USER } from '../../../test/session-site.ts'

/** A bearer token instead of a cookie; `inUrl`: it is taken from the query as well. */
function bearerSite(inUrl: boolean): Routes {
  const tokens = new Set<string>()
  const given = ({ headers, query }: Visit) =>
    headers.authorization?.replace(/^Bearer /, '') ?? (inUrl ? query.get('access_token') : null) ?? ''
  return {
    'GET /': () => ({ html: '<p>An app</p>' }),
    'POST /in': () => {
      const token = randomBytes(24).toString('base64url')
      tokens.add(token)
      return { json: { token } }
    },
    'GET /me': (visit) =>
      tokens.has(given(visit)) ? { json: { email: USER.username } } : { status: 401, json: {} },
  }
}

async function ofBearer(t: Parameters<typeof serve>[0], inUrl: boolean) {
  const site = await serve(t, bearerSite(inUrl))
  return value(
    await audit(site.url, { loginFormat: 'json', loginUrl: '/in', protectedUrl: '/me' }),
    'idInUrl',
  )
}

test('a bearer token is tried in the query, as RFC 6750 names it, and seen where it is taken', async (t) => {
  const taken = await ofBearer(t, true)
  assert.deepEqual(
    taken.accepted.map(({ form, seen }) => [form, seen.state]),
    [['?access_token=value', 'signed-in']],
  )
  const refused = await ofBearer(t, false)
  assert.deepEqual([refused.accepted, refused.untried], [[], []])
  assert.equal(refused.formsTried, 2, 'in lower case both path forms are one')
})

test('an ID that is taken from the query is seen, one that is not is refused', async (t) => {
  const taken = await serve(t, sessionSite({ idInUrl: true }))
  assert.deepEqual(
    value(await audit(taken.url), 'idInUrl').accepted.map(({ form }) => form),
    ['?name=value'],
  )
  const sound = await serve(t, sessionSite())
  assert.deepEqual(value(await audit(sound.url), 'idInUrl').accepted, [])
})

test('an address that fails for any value is no sign that this one works', async (t) => {
  const routes = sessionSite() as Record<string, (visit: Visit) => Reply>
  const site = await serve(t, (visit) =>
    visit.at.includes(';')
      ? { status: 500, html: 'Bad path' }
      : (routes[visit.at]?.(visit) ?? { status: 404 }),
  )
  assert.deepEqual(value(await audit(site.url), 'idInUrl').accepted, [])
})

test('an address that fails for this value alone is unclear', async (t) => {
  const routes = sessionSite() as Record<string, (visit: Visit) => Reply>
  const issued = new Set<string>()
  const site = await serve(t, (visit) => {
    if (issued.has(visit.query.get('sid') ?? '')) return { status: 500, html: 'Two sessions?' }
    const reply: Reply = routes[visit.at]?.(visit) ?? { status: 404 }
    for (const cookie of reply.cookies ?? [])
      if (!cookie.startsWith('sid=;')) issued.add(cookie.slice(4).split(';')[0] ?? '')
    return reply
  })
  const { accepted } = value(await audit(site.url), 'idInUrl')
  assert.deepEqual(
    accepted.map(({ form, seen }) => [form, seen.state]),
    [['?name=value', 'unclear']],
  )
})
