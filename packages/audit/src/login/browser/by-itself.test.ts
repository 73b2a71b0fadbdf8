import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { failsWith, noWait, value } from '../../../test/audit-site.ts'
import { inspect } from '../../../test/behind.ts'
import { type Routes, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'

if (process.env.CHROMIUM) process.env.LATCHKEY_CHROMIUM ??= process.env.CHROMIUM

const fields = '<input type=email placeholder=Email><input type=password placeholder=Password>'

/** The script names an address that is not there; its dialog opens once a picture has loaded. */
function pictureSite(revokes: boolean): Routes {
  const tokens = new Set<string>()
  const script = `
    const old = () => fetch('/old/login', { method: 'POST' })
    const out = () => $.ajax({ url: 'auth/revoke', type: 'POST', data: { token: kept } })
    let kept = null
    const image = new Image()
    image.onload = () => {
      app.innerHTML = '<form id=f>${fields}<button>Log in</button></form>'
      f.onsubmit = async (event) => {
        event.preventDefault()
        const [u, p] = [...f.querySelectorAll('input')].map((each) => each.value)
        const body = new URLSearchParams({ client: 'desk', u, p })
        const answer = await fetch('/' + ['auth', 'give'].join('/'), { method: 'POST', body })
        kept = (await answer.json()).token
        const mine = await fetch('/mine', { headers: { authorization: 'Bearer ' + kept } })
        app.innerHTML = '<p>' + (await mine.json()).name + '</p>'
      }
    }
    image.src = '/logo.png'`
  const bearer = ({ headers }: Visit) => /^Bearer (.+)/.exec(headers.authorization ?? '')?.[1] ?? ''
  return {
    'GET /': () => ({ html: `<div id=app></div><script>${script}</script>` }),
    'POST /auth/give': ({ form }) => {
      if (form.get('client') !== 'desk' || form.get('p') !== USER.password) return { status: 401, json: {} }
      const token = randomBytes(20).toString('hex')
      tokens.add(token)
      return { json: { token } }
    },
    'GET /mine': (visit) =>
      tokens.has(bearer(visit)) ? { json: { name: USER.username } } : { status: 401, json: {} },
    'POST /auth/revoke': (visit) => {
      if (!visit.form.has('token')) return { status: 400, json: {} }
      if (revokes) tokens.delete(visit.form.get('token') ?? '')
      return { json: {} }
    },
  }
}

test('what a script is guessed to ask for gives way to what it does: a dialog after a picture, a token given back', async (t) => {
  for (const [revokes, verdict] of [
    [true, 'pass'],
    [false, 'fail'],
  ] as const) {
    const { url, seen } = await serve(t, pictureSite(revokes))
    const file = await gather({ url, ...USER, maxLogins: 8 }, noWait)
    assert.equal(value(file, 'signIn').method, 'browser')
    assert.equal(seen.filter((at) => at === 'POST /old/login').length, 1)
    // The browser loads no picture; what is asked for twice is whether caches may keep the session with a file.
    assert.equal(seen.filter((at) => at === 'GET /logo.png').length, 2)
    const report = judge(file, { finishedAt: '' })
    assert.equal(report.checks.find(({ id }) => id === 'logout')?.verdict, verdict)
    assert.equal(value(file, 'logout').how.url, `${url}/auth/revoke`)
    assert.equal(value(file, 'caching').pages.length > 0, true)
  }
})

/** The name is asked for after a link, and the address of everything that is sent is made by the script. */
function hiddenSite(forgets: boolean): Routes {
  const ids = new Set<string>()
  const script = `
    const call = (what, data) =>
      fetch('/' + ['rpc', what].join('/'), { method: 'POST', body: JSON.stringify({ data, tag: 'desk' }) })
    const form = (html, then) => {
      app.innerHTML = '<form id=f>' + html + '<button>Next</button></form>'
      f.onsubmit = (event) => { event.preventDefault(); then(f.querySelector('input').value) }
    }
    const show = async () => {
      const mine = await fetch('/mine')
      if (!mine.ok) {
        app.innerHTML = '<a id=in href="#/enter">Sign in</a>'
        document.querySelector('#in').onclick = () => form('<label>User name <input></label>', (name) =>
          form('<input type=password>', async (word) => { await call('begin', { name, word }); show() }))
        return
      }
      app.innerHTML = '<p>' + (await mine.json()).name + '</p><div role=button id=out>Log out</div>'
      document.querySelector('#out').onclick = async () => { await call('end'); show() }
    }
    show()`
  return {
    'GET /': () => ({ html: `<div id=app></div><script>${script}</script>` }),
    'GET /mine': ({ cookies }) =>
      ids.has(cookies.get('tide') ?? '') ? { json: { name: USER.username } } : { status: 401, json: {} },
    'POST /rpc/begin': ({ body }) => {
      if (JSON.parse(body).data.word !== USER.password) return { status: 401, json: {} }
      const id = randomBytes(16).toString('hex')
      ids.add(id)
      return { json: {}, cookies: [`tide=${id}; Path=/; HttpOnly; SameSite=Lax`] }
    },
    'POST /rpc/end': ({ cookies, body }) => {
      if (JSON.parse(body).tag !== 'desk') return { status: 400, json: {} }
      if (!forgets) ids.delete(cookies.get('tide') ?? '')
      return { json: {}, cookies: ['tide=; Path=/; Max-Age=0'] }
    },
  }
}

test('what no address is known of is done as a person does: a name after a link, and a logout', async (t) => {
  for (const [forgets, verdict] of [
    [false, 'pass'],
    [true, 'fail'],
  ] as const) {
    const { url } = await serve(t, hiddenSite(forgets))
    const file = await gather({ url, ...USER, maxLogins: 10 }, noWait)
    const { checks } = judge(file, { finishedAt: '' })
    const of = (id: string) => checks.find((check) => check.id === id)?.verdict
    assert.equal(of('logout'), verdict)
    const { how } = value(file, 'logout')
    assert.deepEqual([how.method, how.url], ['POST', `${url}/rpc/end`])
    assert.match(how.found, /pressed in a browser$/)
  }
})

test('a refusal of what was guessed stays the error where the browser finds no form', async (t) => {
  const html = "<div></div><script>const go = () => fetch('/api/login', {method: 'POST'})</script>"
  const { url, seen } = await serve(t, ({ at }) => (at === 'GET /' ? { html } : { status: 404, html: 'No' }))
  await assert.rejects(inspect(url), failsWith('sign_in_failed', /\/api\/login answered 404/))
  assert.equal(seen.filter((at) => at === 'POST /api/login').length, 1)
})
