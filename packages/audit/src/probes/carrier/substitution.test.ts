import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { loginForm, USER } from '../../../test/session-site.ts'
import { judge } from '../../judging/judge.ts'

/** Cookies of one session, with the attributes of each; null: it was changed or is no longer known. */
interface Kind {
  readonly begin: () => readonly string[]
  readonly read: (cookies: ReadonlyMap<string, string>) => string | null
}

/** A site whose logout ends the session, or not where it `forgets`. */
function site({ begin, read }: Kind, { forgets = false } = {}): Record<string, (visit: Visit) => Reply> {
  const alive = new Set<string>()
  const idOf = (lines: readonly string[]) =>
    read(new Map(lines.map((line) => line.split(';')[0]?.split('=') as [string, string])))
  const isOpen = ({ cookies }: Visit) => alive.has(read(cookies) ?? '')
  return {
    'GET /': () => ({ html: loginForm() }),
    'POST /login': ({ form }) => {
      if (form.get('pw') !== USER.password) return { status: 401, html: loginForm() }
      const cookies = begin()
      alive.add(idOf(cookies) ?? '')
      return { redirect: '/mine', cookies }
    },
    'GET /mine': (visit) =>
      isOpen(visit) ? { html: `${USER.username} <a href="/logout">Log out</a>` } : { redirect: '/' },
    'GET /logout': ({ cookies }) => {
      if (!forgets) alive.delete(read(cookies) ?? '')
      return { redirect: '/', cookies: [...cookies.keys()].map((name) => `${name}=; Path=/; Max-Age=0`) }
    },
  }
}

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const sign = (id: string) => createHmac('sha256', 'key').update(id).digest('base64url')

const plain = (attributes = 'HttpOnly'): Kind => ({
  begin: () => [`sid=${hex(16)}; ${attributes}`],
  read: (cookies) => cookies.get('sid') ?? null,
})

/** Behind a balancer: a client without a known route comes to the next server, and each keeps sessions of its own. */
function balanced(kind: Kind, forgets = false): Routes {
  const servers = [site(kind, { forgets }), site(kind, { forgets }), site(kind, { forgets })]
  let turn = 0
  return (visit) => {
    const sent = /^n(\d)\./.exec(visit.cookies.get('route') ?? '')?.[1]
    turn += 1
    const at = sent === undefined ? turn % servers.length : Number(sent)
    const reply = servers[at]?.[visit.at]?.(visit) ?? { status: 404 }
    const route = sent === undefined ? [`route=n${at}.${hex(8)}; Path=/`] : []
    return { ...reply, cookies: [...(reply.cookies ?? []), ...route] }
  }
}

const parts = (attributes: readonly [string, string] = ['HttpOnly', 'HttpOnly']): Kind => ({
  begin: () => [`s.0=${hex(32)}; ${attributes[0]}`, `s.1=${hex(2)}; ${attributes[1]}`],
  read: (cookies) =>
    cookies.has('s.0') && cookies.has('s.1') ? `${cookies.get('s.0')}${cookies.get('s.1')}` : null,
})

const signed = (ofId: string, ofSignature: string): Kind => ({
  begin: () => {
    const id = hex(16)
    return [`sid=${id}; ${ofId}`, `sid.sig=${sign(id)}; ${ofSignature}`]
  },
  read: (cookies) => {
    const id = cookies.get('sid') ?? ''
    return cookies.get('sid.sig') === sign(id) ? id : null
  },
})

async function judged(t: Parameters<typeof serve>[0], routes: Routes) {
  const { url } = await serve(t, routes)
  const file = await audit(url)
  const { checks } = judge(file, { finishedAt: '2026-11-29T00:00:00Z' })
  const of = (id: string) => {
    const { verdict, findings } = checks.find((check) => check.id === id) ?? assert.fail(id)
    return [verdict, ...findings.map(({ where }) => where)]
  }
  return { carrier: value(file, 'carrier'), of }
}

test('a balancer’s cookie, other for each client, is no secret: another client’s does as well', async (t) => {
  const { carrier, of } = await judged(t, balanced(plain()))
  assert.deepEqual(
    carrier.sets.map((set) => [...set].sort()),
    [['route', 'sid']],
  )
  assert.deepEqual([carrier.companions, carrier.secrets], [['route'], ['sid']])
  assert.deepEqual([of('cookie-httponly'), of('logout')], [['pass'], ['pass']])
})

test('beside a balancer’s cookie the session’s own faults are seen', async (t) => {
  const { of } = await judged(t, balanced(plain('Secure'), true))
  assert.deepEqual(of('cookie-httponly'), ['fail', 'cookie sid'])
  assert.equal(of('logout')[0], 'fail')
})

test('a session in parts is judged as the one value that they make', async (t) => {
  const { carrier, of } = await judged(t, site(parts()))
  assert.deepEqual([carrier.sets, carrier.companions], [[['s.0', 's.1']], []])
  assert.deepEqual([of('id-length'), of('cookie-httponly')], [['pass'], ['pass']])
  assert.deepEqual((await judged(t, site(parts(), { forgets: true }))).of('logout'), ['fail', 'logout'])
})

test('an ID in parts that are short together is short', async (t) => {
  const short: Kind = {
    begin: () => [`s.0=${hex(3)}; HttpOnly`, `s.1=${hex(3)}; HttpOnly`],
    read: parts().read,
  }
  assert.deepEqual((await judged(t, site(short))).of('id-length'), ['fail', 'cookie s.0 + s.1'])
})

test('an ID that scripts may read is safe where they cannot read its signature, and the other way round', async (t) => {
  assert.deepEqual((await judged(t, site(signed('HttpOnly', 'Secure')))).of('cookie-httponly'), ['pass'])
  assert.deepEqual((await judged(t, site(signed('Secure', 'HttpOnly')))).of('cookie-httponly'), ['pass'])
  assert.deepEqual((await judged(t, site(signed('Secure', 'Secure')))).of('cookie-httponly'), [
    'fail',
    'cookie sid',
    'cookie sid.sig',
  ])
})

test('where a wrong signature ends the session, each is tried in one of its own', async (t) => {
  for (const [ofId, ofSignature, verdict] of [
    ['Max-Age=9999999', 'HttpOnly', 'pass'],
    ['Max-Age=9999999', 'Max-Age=9999999', 'fail'],
  ] as const) {
    const kind = signed(ofId, ofSignature)
    const ended = new Set<string>()
    const read: Kind['read'] = (cookies) => {
      const id = cookies.get('sid') ?? ''
      if (kind.read(cookies) === null) ended.add(id)
      return ended.has(id) ? null : kind.read(cookies)
    }
    const { carrier, of } = await judged(t, site({ ...kind, read }))
    assert.deepEqual([...(carrier.secrets ?? [])].sort(), ['sid', 'sid.sig'])
    assert.equal(of('cookie-lifetime')[0], verdict)
  }
})

test('a token that is only compared is no secret of the session', async (t) => {
  const compared: Kind = {
    begin: () => [...plain().begin(), `seen=${hex(8)}`],
    read: (cookies) => (cookies.has('seen') ? (cookies.get('sid') ?? null) : null),
  }
  const { carrier, of } = await judged(t, site(compared))
  assert.deepEqual([carrier.companions, of('cookie-httponly')], [['seen'], ['pass']])
})
