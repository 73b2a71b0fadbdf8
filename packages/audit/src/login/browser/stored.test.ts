import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { noWait, value } from '../../../test/audit-site.ts'
import { serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'

if (process.env.CHROMIUM) process.env.LATCHKEY_CHROMIUM ??= process.env.CHROMIUM

/** A script signs in, and the page behind the login keeps what `keeps` says of the session. */
async function audited(t: TestContext, keeps: string) {
  const ids = new Set<string>()
  const form = `<form id=f><input name=user><input type=password name=word><button>Sign in</button></form>`
  const script = `f.onsubmit = async (event) => {
    event.preventDefault()
    const answer = await fetch('/enter', { method: 'POST', body: JSON.stringify([f.user.value, f.word.value]) })
    if (!answer.ok) return
    sessionStorage.setItem('step', 'done')
    location.assign('/mine')
  }`
  const isIn = ({ cookies }: Visit) => ids.has(cookies.get('tide') ?? '')
  const { url } = await serve(t, {
    'GET /': () => ({ html: `${form}<script>${script}</script>` }),
    'POST /enter': ({ body }) => {
      if (body !== JSON.stringify([USER.username, USER.password])) return { status: 401, json: {} }
      const id = randomBytes(16).toString('hex')
      ids.add(id)
      return { json: {}, cookies: [`tide=${id}; Path=/; HttpOnly; SameSite=Lax`] }
    },
    'GET /mine': (visit) => {
      if (!isIn(visit)) return { redirect: '/' }
      const id = visit.cookies.get('tide')
      return { html: `<h1>Mine</h1><script>const id = atob('${btoa(`${id}`)}'); ${keeps}</script>` }
    },
  })
  const file = await gather({ url, ...USER, browser: true, maxLogins: 2 }, noWait)
  for (const id of ids) assert.ok(!JSON.stringify(file).includes(id))
  const check = judge(file, { finishedAt: '' }).checks.find(({ id }) => id === 'id-exposed')
  const { seen, storage } = value(file, 'idExposed')
  return { storage, verdict: check?.verdict, kept: seen.filter(({ value }) => value !== undefined) }
}

test('what the page keeps in both storages of the browser is read after the login', async (t) => {
  const { kept, storage, verdict } = await audited(
    t,
    `localStorage.setItem('visit', JSON.stringify({ id })); sessionStorage.setItem('now', encodeURIComponent(id))`,
  )
  assert.deepEqual(
    kept.map(({ where, name, isProved }) => [where, name, isProved]),
    [
      ['local-storage', 'visit', true],
      ['session-storage', 'now', true],
    ],
  )
  assert.deepEqual(storage, { read: ['local-storage', 'session-storage'], entries: 3, tokens: [] })
  assert.equal(verdict, 'fail')
})

test('what else it keeps is none', async (t) => {
  const { kept, storage } = await audited(t, `localStorage.setItem('theme', 'dark')`)
  assert.deepEqual([kept, storage?.entries], [[], 2])
})
