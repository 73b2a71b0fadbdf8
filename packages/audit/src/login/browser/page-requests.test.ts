import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { noWait } from '../../../test/audit-site.ts'
import { type Routes, serve } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import { askedEachTime } from './page-requests.ts'
import type { Sent } from './wire.ts'

if (process.env.CHROMIUM) process.env.LATCHKEY_CHROMIUM ??= process.env.CHROMIUM

/** A site that answers one address by POST, and whose page asks there who its user is. */
function querySite(revokes: boolean): Routes {
  const live = new Set<string>()
  const script = `
    const ask = async (query, variables = {}) => {
      const body = JSON.stringify({ query, variables })
      const answer = await fetch('/query', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      return (await answer.json()).data
    }
    const show = async () => {
      const { me } = await ask('query { me { name } }')
      app.innerHTML = me
        ? '<p>' + me.name + '</p><button id=out>Log out</button>'
        : '<form id=f><input name=user><input type=password name=pass><button>Log in</button></form>'
      if (me) out.onclick = () => ask('mutation { leave }').then(show)
      else f.onsubmit = (event) => {
        event.preventDefault()
        ask('mutation Enter($u: String!, $p: String!) { enter(u: $u, p: $p) }', { u: f.user.value, p: f.pass.value }).then(show)
      }
    }
    show()`
  return {
    'GET /': () => ({ html: `<div id=app></div><script>${script}</script>` }),
    'POST /query': ({ body, cookies }) => {
      const { query = '', variables = {} } = JSON.parse(body) as {
        query?: string
        variables?: { p?: string }
      }
      const id = cookies.get('quay') ?? ''
      if (query.includes('leave')) {
        if (revokes) live.delete(id)
        return { json: { data: { leave: true } }, cookies: ['quay=; Path=/; Max-Age=0'] }
      }
      if (!query.includes('enter')) return { json: { data: { me: live.has(id) ? { name: 'Mary' } : null } } }
      if (variables.p !== USER.password) return { json: { data: null, errors: [{ message: 'no' }] } }
      const made = randomBytes(20).toString('hex')
      live.add(made)
      const cookies_ = [`quay=${made}; Path=/; HttpOnly; SameSite=Lax`]
      return { json: { data: { enter: true } }, cookies: cookies_ }
    },
  }
}

test('who the user is, is asked as the page asks it each time that it is opened', async (t) => {
  for (const [revokes, verdict] of [
    [true, 'pass'],
    [false, 'fail'],
  ] as const) {
    const { url } = await serve(t, querySite(revokes))
    const file = await gather({ url, ...USER, browser: true }, noWait)
    assert.ok(file.evidence.oracle.status === 'gathered')
    assert.match(file.evidence.oracle.value.protectedUrl, /\/query$/)
    const { checks } = judge(file, { finishedAt: '' })
    assert.equal(checks.find(({ id }) => id === 'logout')?.verdict, verdict)
    assert.deepEqual(
      checks.filter((each) => each.verdict === 'fail' && each.id !== 'logout').map(({ id }) => id),
      [],
    )
  }
})

const asked = (text: string, more: { path?: string; token?: string } = {}): Sent => ({
  isData: true,
  authorization: null,
  answer: {
    headers: { 'content-type': 'application/json' },
    body: '{}',
    status: 200,
  } as unknown as Sent['answer'],
  request: {
    url: new URL(more.path ?? '/query', 'http://site.example'),
    phase: 'login',
    method: 'POST',
    body: { type: 'json', fields: [], written: { contentType: 'application/json', text } },
    headers: more.token === undefined ? {} : { 'x-csrf-token': more.token },
  },
})

test('only what was asked before the login too, reads by its own words, and needs no token, is asked again', () => {
  const bodies = (sent: readonly Sent[], since: number) =>
    askedEachTime(sent, since).map(({ body }) => body?.written?.text)
  const read = asked('{"query":"query { me }"}')
  assert.deepEqual(bodies([read, asked('{"p":1}'), read, read], 1), ['{"query":"query { me }"}'])
  assert.deepEqual(bodies([read], 1), [])
  for (const other of [
    asked('{"query":"mutation { visit }"}'),
    asked('[{"query":"query { a }"},{"query":"mutation { b }"}]'),
    asked('{}', { path: '/account/delete' }),
    asked('{}', { token: 'abc' }),
  ]) {
    assert.deepEqual(bodies([other, other], 1), [])
  }
})
