import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, failsWith, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve } from '../../../test/serve.ts'
import { loginForm, USER } from '../../../test/session-site.ts'
import type { EvidenceFile } from '../../evidence/evidence.ts'
import { judge } from '../../judging/judge.ts'

const OTHER = { secondUsername: 'grace@example.com', secondPassword: 'Another-Horse-8' } as const
const PEOPLE = new Map<string, { number: number; password: string; secret: string }>([
  [USER.username, { number: 17, password: USER.password, secret: 'lobsters and looking-glasses' }],
  [OTHER.secondUsername, { number: 18, password: OTHER.secondPassword, secret: 'compilers and nanoseconds' }],
])

const verdictOf = (file: EvidenceFile) =>
  judge(file, { finishedAt: '' }).checks.find(({ id }) => id === 'two-users')

interface Fault {
  readonly orders?: 'own' | 'users' | 'all'
  readonly sameForAll?: boolean
  readonly cached?: boolean
}

function site({ orders = 'own', sameForAll = false, cached = false }: Fault): Routes {
  const live = new Map<string, string>()
  let kept: Reply | null = null
  return ({ at, cookies, form }): Reply => {
    const user = live.get(cookies.get('sid') ?? '')
    if (at === 'GET /') return { html: loginForm() }
    if (at === 'POST /login') {
      const name = form.get('email') ?? ''
      if (PEOPLE.get(name)?.password !== form.get('pw')) return { status: 401, html: loginForm() }
      const id = randomBytes(16).toString('hex')
      live.set(id, name)
      return { redirect: '/mine', cookies: [`sid=${id}; Path=/; HttpOnly; SameSite=Lax`] }
    }
    const number = Number(/^GET \/orders\/(\d+)$/.exec(at)?.[1])
    const [owner, owned] = [...PEOPLE].find(([, person]) => person.number === number) ?? []
    if (owned && (orders === 'all' || (user && orders === 'users') || (user && user === owner)))
      return { html: `<h1>Orders</h1><p>${owned.secret}</p>` }
    if (owned) return { status: 403, html: 'No' }
    if (at !== 'GET /mine') return { status: 404, html: 'Not found' }
    if (user === undefined) return { redirect: '/' }
    const greeting = sameForAll ? 'Welcome' : user
    const reply = { html: `<h1>${greeting}</h1><a href="/orders/${PEOPLE.get(user)?.number}">Orders</a>` }
    if (cached) kept ??= reply
    return kept ?? reply
  }
}

for (const [what, fault, wanted] of [
  ['each sees the own', {}, 'pass'],
  ['an address opens to every user', { orders: 'users' }, 'fail'],
  ['an address opens to everybody', { orders: 'all' }, 'pass'],
  ['the page is kept for whoever comes next', { cached: true }, 'fail'],
  ['nothing tells whose the page is', { sameForAll: true }, 'inconclusive'],
] satisfies [string, Fault, string][]) {
  test(`two users: ${what}`, async (t) => {
    const { url } = await serve(t, site(fault))
    const file = await audit(url, OTHER)
    const verdict = verdictOf(file)
    assert.equal(verdict?.verdict, wanted, verdict?.reason)
    assert.ok(!JSON.stringify(file).includes(OTHER.secondPassword))
  })
}

test('addresses are those that name the user, by number too', async (t) => {
  const { url } = await serve(t, site({ orders: 'users' }))
  const { trials } = value(await audit(url, OTHER), 'twoUsers')
  assert.deepEqual(
    trials.map(({ kind, what, seen, visitor }) => [kind, what.replace(url, ''), seen, visitor]).at(-1),
    ['address', '/orders/17', "the other's", 'neither'],
  )
})

test('without a second account it is skipped, and half of one is wrong usage', async (t) => {
  const { url } = await serve(t, site({}))
  assert.equal((await audit(url)).evidence.twoUsers.status, 'skipped')
  await assert.rejects(audit(url, { secondUsername: 'grace' }), failsWith('usage', /go together/))
  await assert.rejects(
    audit(url, { secondUsername: USER.username, secondPassword: 'x' }),
    failsWith('usage', /another account/),
  )
})
