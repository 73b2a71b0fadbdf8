import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Routes, serve, type Visit } from '../../../test/serve.ts'
import { loginForm, USER } from '../../../test/session-site.ts'
import { judge } from '../../judging/judge.ts'

const hex = () => randomBytes(16).toString('hex')

interface Choices {
  /** An ID that was not issued is used as it is. */
  readonly adopts: boolean
  /** Each page has another token, good for the session that it was made for. */
  readonly token: 'by session' | 'by cookie'
}

/** Visitors have an ID, and the login always gives another. */
function maskingSite({ adopts, token }: Choices): Routes {
  const sessions = new Map<string, string | null>()
  const sign = (id: string, salt: string) =>
    `${salt}.${createHmac('sha256', 'key')
      .update(salt + id)
      .digest('hex')}`
  const isGood = (id: string, given: string) => sign(id, given.split('.')[0] ?? '') === given
  const boundTo = ({ cookies }: Visit, id: string) =>
    token === 'by session' ? id : (cookies.get('csrf') ?? '')
  const open = (visit: Visit) => {
    const sent = visit.cookies.get('sid') ?? ''
    const known = sessions.has(sent) || (adopts && sent !== '')
    const id = known ? sent : hex()
    if (!sessions.has(id)) sessions.set(id, null)
    return { id, cookies: known ? [] : [`sid=${id}; Path=/; HttpOnly`] }
  }
  return {
    'GET /': (visit) => {
      const { id, cookies } = open(visit)
      const csrf = visit.cookies.get('csrf') ?? hex()
      const bound = token === 'by session' ? id : csrf
      return { html: loginForm(sign(bound, hex())), cookies: [...cookies, `csrf=${csrf}; Path=/`] }
    },
    'POST /login': (visit) => {
      const { id, cookies } = open(visit)
      if (!isGood(boundTo(visit, id), visit.form.get('csrf') ?? ''))
        return { status: 403, html: 'Forged', cookies }
      if (visit.form.get('pw') !== USER.password) return { status: 401, html: loginForm() }
      sessions.delete(id)
      const next = hex()
      sessions.set(next, USER.username)
      return { redirect: '/mine', cookies: [`sid=${next}; Path=/; HttpOnly`] }
    },
    'GET /mine': ({ cookies }) =>
      sessions.get(cookies.get('sid') ?? '')
        ? { html: `${USER.username} <a href="/out">Log out</a>` }
        : { redirect: '/' },
    'GET /out': ({ cookies }) => {
      sessions.delete(cookies.get('sid') ?? '')
      return { redirect: '/', cookies: ['sid=; Path=/; Max-Age=0'] }
    },
  }
}

async function ofSite(t: Parameters<typeof serve>[0], choices: Choices) {
  const { url } = await serve(t, maskingSite(choices))
  const file = await audit(url)
  const { checks } = judge(file, { finishedAt: '2026-11-29T00:00:00Z' })
  const [trial] = value(file, 'strictIds').trials
  return [checks.find(({ id }) => id === 'strict-ids')?.verdict, trial?.adoptedBy]
}

test('an unissued ID that the login page binds its token to is in use before the login', async (t) => {
  assert.deepEqual(await ofSite(t, { adopts: true, token: 'by session' }), ['fail', 'use'])
})

test('a site that replaces an unissued ID refuses it', async (t) => {
  assert.deepEqual(await ofSite(t, { adopts: false, token: 'by session' }), ['pass', null])
})

test('a token that is bound to a cookie of its own shows nothing of the ID', async (t) => {
  assert.deepEqual(await ofSite(t, { adopts: true, token: 'by cookie' }), ['inconclusive', null])
})
