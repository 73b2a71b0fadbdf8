import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { sessionSite, USER } from '../../../test/session-site.ts'
import type { EvidenceFile } from '../../evidence/evidence.ts'
import { judge } from '../../judging/judge.ts'

type Site = Readonly<Record<string, (visit: Visit) => Reply>>
type Choices = Parameters<typeof sessionSite>[0]

const sid = ({ cookies }: Visit) => cookies.get('sid') ?? ''

/** A sound site whose account page is changed. */
function shows(account: (page: string, visit: Visit) => Reply, choices: Choices = {}): Routes {
  const site = sessionSite(choices) as Site
  return {
    ...site,
    'GET /account': (visit) => {
      const reply = site['GET /account']?.(visit) ?? {}
      return reply.html === undefined ? reply : { ...reply, ...account(reply.html, visit) }
    },
  }
}

async function seenOn(t: TestContext, routes: Routes) {
  const file = await audit((await serve(t, routes)).url)
  return { file, seen: value(file, 'idExposed').seen, ...verdictOf(file) }
}

function verdictOf(file: EvidenceFile) {
  const { checks } = judge(file, { finishedAt: '2026-11-29T12:00:00.000Z' })
  const check = checks.find(({ id }) => id === 'id-exposed')
  return { verdict: `${check?.verdict} ${check?.severity}`, reason: check?.reason ?? '' }
}

const PLACES: readonly (readonly [
  where: string,
  name: string | null,
  account: Parameters<typeof shows>[0],
])[] = [
  ['header', 'x-trace', (html, visit) => ({ html, headers: { 'x-trace': `id=${sid(visit)}` } })],
  ['page', null, (html, visit) => ({ html: `${html}<p data-visit="${sid(visit)}">` })],
  ['page', null, (html, visit) => ({ html: `${html}<p>${Buffer.from(sid(visit)).toString('base64')}` })],
  [
    'field',
    'visit',
    (html, visit) => ({ html: `${html}<form><input type=hidden name=visit value="${sid(visit)}"></form>` }),
  ],
  ['script', null, (html, visit) => ({ html: `${html}<script>const visit = "${sid(visit)}"</script>` })],
]

for (const [where, name, account] of PLACES) {
  test(`the value in ${where} is found, and its own Set-Cookie is not`, async (t) => {
    const { file, seen, verdict } = await seenOn(t, shows(account))
    assert.deepEqual(
      seen.map((place) => [place.where, place.name, place.isProved]),
      [[where, name, true]],
    )
    assert.equal(verdict, 'fail medium')
    const [place] = seen
    assert.match(file.exchanges[(place?.exchange ?? 0) - 1]?.url ?? '', /\/account$/)
  })
}

test('a site that tells it nowhere passes, and is asked for nothing', async (t) => {
  const { seen, verdict } = await seenOn(t, sessionSite())
  assert.deepEqual(seen, [])
  assert.match(verdict, /^pass/)
})

test('what is the value of no session is none: a visitor’s that the login replaced, and another’s of its form', async (t) => {
  const site = shows((html) => ({ html: `${html}<p>${randomBytes(24).toString('base64url')}` })) as Site
  const { seen } = await seenOn(t, {
    ...site,
    'GET /login': (visit) => {
      const reply = site['GET /login']?.(visit) ?? {}
      const issued = /^sid=([^;]+)/.exec(reply.cookies?.[0] ?? '')?.[1] ?? ''
      return { ...reply, html: `${reply.html}<p>${issued}` }
    },
  })
  assert.deepEqual(seen, [])
})

test('an address with it is left to id-in-url', async (t) => {
  const { seen } = await seenOn(
    t,
    shows((html, visit) => ({ html: `${html}<a href="/?sid=${sid(visit)}">Home</a>` })),
  )
  assert.deepEqual(seen, [])
})

test('what escapes of HTML and JSON stand for is read', async (t) => {
  const makeId = () => `${randomBytes(12).toString('hex')}+/${randomBytes(6).toString('hex')}`
  const escaped = (visit: Visit) => sid(visit).replace('+', '&#43;').replace('/', '\\/')
  const { seen } = await seenOn(
    t,
    shows((html, visit) => ({ html: `${html}<p>${escaped(visit)}` }), { makeId }),
  )
  assert.deepEqual(
    seen.map(({ where }) => where),
    ['page'],
  )
})

test('a cookie that scripts can read and that has it too', async (t) => {
  const copies = (attributes: string) =>
    shows((html, visit) => ({ html, cookies: [`visit=v1.${sid(visit)}; Path=/${attributes}`] }))
  const { seen, verdict } = await seenOn(t, copies(''))
  assert.deepEqual([seen[0]?.where, seen[0]?.name, verdict], ['cookie', 'visit', 'fail medium'])
  assert.deepEqual((await seenOn(t, copies('; HttpOnly'))).seen, [])
})

test('whether scripts can read the session’s own cookie is left to cookie-httponly', async (t) => {
  const { seen } = await seenOn(t, sessionSite({ attributes: 'Path=/', rolling: true }))
  assert.deepEqual(seen, [])
})

test('an answer that shared caches may keep is worse', async (t) => {
  const headers = (visit: Visit) => ({ 'x-visit': sid(visit), 'cache-control': 'public, max-age=60' })
  assert.equal(
    (
      await seenOn(
        t,
        shows((html, visit) => ({ html, headers: headers(visit) })),
      )
    ).verdict,
    'fail high',
  )
})

test('the ID without its signature counts only where it signs in', async (t) => {
  const key = randomBytes(16)
  const signed = (id: string) =>
    `s:${id}.${createHmac('sha256', key).update(id).digest('base64').replace(/=+$/, '')}`
  const cookieOf = (id: string) => encodeURIComponent(signed(id))
  const idOf = (visit: Visit) => decodeURIComponent(sid(visit)).slice(2).split('.')[0] ?? ''
  const strict = shows((html, visit) => ({ html: `${html}<p>${idOf(visit)}` }), {
    makeId: () => cookieOf(randomBytes(24).toString('base64url')),
  })
  const careful = await seenOn(t, strict)
  assert.deepEqual([careful.seen[0]?.form, careful.seen[0]?.replay?.state], ['id', 'anonymous'])
  assert.match(`${careful.verdict} ${careful.reason}`, /^pass .* signs in nobody/)

  const careless = await seenOn(t, (visit) => {
    const id = sid(visit)
    const cookies = new Map(visit.cookies)
    if (/^[\w-]{32}$/.test(id)) cookies.set('sid', cookieOf(id))
    const site = strict as Site
    return site[visit.at]?.({ ...visit, cookies }) ?? { status: 404, html: 'Not found' }
  })
  assert.deepEqual([careless.seen[0]?.form, careless.seen[0]?.replay?.state], ['id', 'signed-in'])
  assert.equal(careless.verdict, 'fail medium')
})

/** A page's own script signs in, by JSON. */
function jsonSite(answer: (token: string) => { json: unknown; cookies?: readonly string[] }): Routes {
  const tokens = new Set<string>()
  const isIn = ({ cookies, headers }: Visit) =>
    tokens.has(cookies.get('sid') ?? '') || tokens.has((headers.authorization ?? '').replace('Bearer ', ''))
  return {
    'GET /': () => ({ html: '<h1>Shop</h1>' }),
    'POST /api/login': ({ body }) => {
      const { username, password } = JSON.parse(body)
      if (username !== USER.username || password !== USER.password) return { status: 401, json: {} }
      const token = randomBytes(24).toString('base64url')
      tokens.add(token)
      return answer(token)
    },
    'GET /api/me': (visit) => (isIn(visit) ? { json: { user: USER.username } } : { status: 401, json: {} }),
  }
}
const asJson = (url: string) => ({
  loginFormat: 'json' as const,
  loginUrl: `${url}/api/login`,
  protectedUrl: `${url}/api/me`,
})

test('a token that the login’s answer gives by design is none; a copy of the cookie there is, of low severity', async (t) => {
  const audited = async (answer: Parameters<typeof jsonSite>[0]) => {
    const { url } = await serve(t, jsonSite(answer))
    return verdictOf(await audit(url, asJson(url))).verdict
  }
  assert.match(await audited((token) => ({ json: { token } })), /^skipped/)
  const both = (token: string) => ({ json: { token }, cookies: [`sid=${token}; Path=/; HttpOnly`] })
  assert.match(await audited(both), /^skipped/, 'it works in a header too')
  const cookies = (token: string) => [`sid=${token}; Path=/; HttpOnly; SameSite=Lax`]
  assert.equal(
    await audited((token) => ({ json: { visit: `v1-${token}` }, cookies: cookies(token) })),
    'fail low',
  )
  assert.match(await audited((token) => ({ json: {}, cookies: cookies(token) })), /^pass/)
})
