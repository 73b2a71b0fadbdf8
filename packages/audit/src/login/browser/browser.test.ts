import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { failsWith, noWait, value } from '../../../test/audit-site.ts'
import { inspect } from '../../../test/behind.ts'
import { type Routes, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import type { ProgressEvent } from '../../options/options.ts'
import { readRecording } from '../../options/recording/recording.ts'
import { findChromium } from './chromium.ts'

if (process.env.CHROMIUM) process.env.LATCHKEY_CHROMIUM ??= process.env.CHROMIUM

/** Children of this process, where the system says. */
function children(): string {
  const file = `/proc/${process.pid}/task/${process.pid}/children`
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
}

interface Choices {
  readonly logoutForgets?: boolean
  /** What the page's script does first. */
  readonly before?: string
}

const fields = '<input type=email placeholder=Email><input type=password placeholder=Password>'

/** A page of nothing but a script: the address is put together there, and the script sets the cookie. */
function scriptSite({ logoutForgets = false, before = '' }: Choices = {}): Routes {
  const ids = new Set<string>()
  const script = `${before}
    const show = (html) => { document.querySelector('#app').innerHTML = html }
    const at = (name) => '/' + ['x', name].join('/')
    show(\`<button id=open>Sign in</button>\`)
    document.querySelector('#open').onclick = () => {
      show(\`<div class=dialog>${fields}<button id=go disabled>Continue</button></div>\`)
      const [mail, word] = document.querySelectorAll('input')
      word.oninput = () => { document.querySelector('#go').disabled = word.value === '' }
      document.querySelector('#go').onclick = async () => {
        const body = JSON.stringify({ mail: mail.value, word: word.value })
        const answer = await fetch(at('enter'), { method: 'POST', headers: { 'x-made-by': 'script' }, body })
        if (!answer.ok) return show('<p>Wrong</p>')
        document.cookie = 'tide=' + (await answer.json()).id + '; Path=/; SameSite=Lax'
        location.assign('/mine')
      }
    }`
  const isIn = ({ cookies }: Visit) => ids.has(cookies.get('tide') ?? '')
  return {
    'GET /': () => ({ html: `<div id=app></div><script>${script}</script>` }),
    'POST /x/enter': ({ body, headers }) => {
      const { mail, word } = JSON.parse(body)
      const isRight = mail === USER.username && word === USER.password && headers['x-made-by'] === 'script'
      if (!isRight) return { status: 401, json: {} }
      const id = randomBytes(16).toString('hex')
      ids.add(id)
      return { json: { id } }
    },
    'GET /mine': (visit) => {
      const out = '<form method=post action=/out><button>Log out</button></form>'
      return isIn(visit) ? { html: `<h1>Mine</h1>${out}` } : { redirect: '/' }
    },
    'POST /out': ({ cookies }) => {
      if (!logoutForgets) ids.delete(cookies.get('tide') ?? '')
      return { redirect: '/', status: 303, cookies: ['tide=; Path=/; Max-Age=0'] }
    },
  }
}

test('--browser signs in where a script asks and a script sets the cookie; the rest is plain HTTP', async (t) => {
  for (const [logoutForgets, verdict] of [
    [false, 'pass'],
    [true, 'fail'],
  ] as const) {
    const { url, seen } = await serve(t, scriptSite({ logoutForgets }))
    // Enough for the logout; each login takes a browser seconds.
    const file = await gather({ url, ...USER, browser: true, maxLogins: 4 }, noWait)
    assert.equal(value(file, 'signIn').method, 'browser')
    assert.deepEqual(value(file, 'carrier').sets, [['tide']])
    const report = judge(file, { finishedAt: '' })
    assert.equal(report.checks.find(({ id }) => id === 'logout')?.verdict, verdict)
    assert.ok(!JSON.stringify(file).includes(USER.password))
    assert.ok(seen.filter((at) => at === 'POST /x/enter').length > 1)
    assert.equal(children(), '')
  }
})

test('a browser is used by itself where only a script shows the login, and progress says so', async (t) => {
  const { url, seen } = await serve(t, scriptSite())
  const said: ProgressEvent[] = []
  const shown = await inspect(url, { onProgress: (event) => said.push(event) })
  assert.deepEqual([shown.signIn.method, shown.carrier.sets], ['browser', [['tide']]])
  assert.ok(said.some(({ step, detail }) => step === 'signIn' && /signing in with Chromium/.test(detail)))

  const logins = seen.filter((at) => at.startsWith('POST')).length
  await assert.rejects(inspect(url, { browser: false }), failsWith('login_not_found', /--login-url/))
  assert.equal(seen.filter((at) => at.startsWith('POST')).length, logins)
  await assert.rejects(
    inspect(url, { password: 'wrong-wrong-1' }),
    failsWith('sign_in_failed', /\/x\/enter answered 401/),
  )
})

test('the browser reaches the audited origin alone', async (t) => {
  const other = await serve(t, () => ({ html: 'elsewhere' }))
  const before = `
    new Image().src = '${other.url}/pixel'
    fetch('${other.url}/script').catch(() => {})
    navigator.sendBeacon('${other.url}/beacon', 'x')
    open('${other.url}/window')
    new Worker(URL.createObjectURL(new Blob(["fetch('${other.url}/worker')"])))
    try { new WebSocket('${other.url.replace('http', 'ws')}/socket') } catch {}
    document.body.append(Object.assign(document.createElement('iframe'), { src: '${other.url}/frame' }))`
  const { url } = await serve(t, scriptSite({ before }))
  assert.deepEqual((await inspect(url, { browser: true })).carrier.sets, [['tide']])
  assert.deepEqual(other.seen, [])
})

test('a password whose script does not work is in no address', async (t) => {
  const html =
    '<form><input name=u><input type=password name=p><button>Sign in</button></form><script src=/gone.js></script>'
  const queries: string[] = []
  const { url } = await serve(t, ({ at, query }) => {
    queries.push(String(query))
    return at === 'GET /' ? { html } : { status: 404 }
  })
  await assert.rejects(inspect(url, { browser: true }), failsWith('sign_in_failed', /into the address/))
  assert.deepEqual(
    queries.filter((query) => query !== ''),
    [],
  )
})

test('a name first, then a password; the token that the page’s script sends goes along afterwards', async (t) => {
  const token = randomBytes(20).toString('hex')
  const script = `
    document.body.innerHTML = '<form id=f><h1>Sign in</h1><label>User name <input id=user></label><button>Next</button></form>'
    f.onsubmit = (event) => {
      event.preventDefault()
      const name = document.querySelector('#user').value
      document.body.innerHTML = '<form id=g><input type=password aria-label=Password><button>Sign in</button></form>'
      g.onsubmit = async (event) => {
        event.preventDefault()
        const word = document.querySelector('input').value
        const answer = await fetch('/x', { method: 'POST', body: JSON.stringify({ name, word }) })
        const { token } = await answer.json()
        const me = await fetch('/api/me', { headers: { authorization: 'Bearer ' + token } })
        document.body.innerHTML = '<p>' + (await me.json()).name + '</p>'
      }
    }`
  const { url } = await serve(t, {
    'GET /': () => ({ html: `<title>Sign in</title><body><script>${script}</script>` }),
    'POST /x': ({ body }) => {
      const { name, word } = JSON.parse(body)
      return name === USER.username && word === USER.password
        ? { json: { token } }
        : { status: 401, json: {} }
    },
    'GET /api/me': ({ headers }) =>
      headers.authorization === `Bearer ${token}`
        ? { json: { name: USER.username } }
        : { status: 401, json: {} },
  })
  const shown = await inspect(url, { browser: true, loginUrl: '/' })
  assert.deepEqual([shown.carrier.sets, shown.oracle.protectedUrl], [[['Authorization']], `${url}/api/me`])
  assert.ok(!JSON.stringify(shown).includes(token))
})

test('a recording of the DevTools Recorder is played with the account that is given', async (t) => {
  const { url } = await serve(t, scriptSite())
  const change = (selectors: unknown, text: string) => ({
    type: 'change',
    selectors,
    value: text,
    target: 'main',
  })
  const steps = [
    { type: 'setViewport', width: 800, height: 600 },
    { type: 'navigate', url: `${url}/`, assertedEvents: [] },
    { type: 'click', selectors: [['aria/Gone'], ['#open']], offsetX: 3, offsetY: 3 },
    change([['xpath///input[1]']], 'bob@example.com'),
    change([['aria/No such Password'], ['input[type=password]']], 'recorded-pass-1'),
    { type: 'click', selectors: [['aria/Continue[role="button"]']] },
  ]
  const recorded = (list: unknown) => readRecording(JSON.stringify({ title: 'Login', steps: list }))
  const shown = await inspect(url, { loginFrom: recorded(steps) })
  assert.deepEqual([shown.signIn.method, shown.carrier.sets], ['recording', [['tide']]])
  const broken = [...steps.slice(0, 5), { type: 'click', selectors: [['#nowhere']] }]
  await assert.rejects(
    inspect(url, { loginFrom: recorded(broken), timeout: 2000 }),
    failsWith('sign_in_failed', /step 5 of the recording \(click\) found nothing/),
  )
})

test('an audit that is stopped closes the browser', async (t) => {
  const controller = new AbortController()
  const routes = scriptSite() as Record<string, (visit: Visit) => object>
  const { url } = await serve(t, {
    ...routes,
    'POST /x/enter': () => {
      controller.abort()
      return { json: {}, until: new Promise<void>(() => {}) }
    },
  })
  await assert.rejects(
    inspect(url, { browser: true, signal: controller.signal }),
    failsWith('aborted', /stopped/),
  )
  assert.equal(children(), '')
})

test('where there is no browser, what to install is said', async (t) => {
  assert.equal(findChromium({ PATH: '/nowhere' }), null)
  assert.equal(findChromium({ PATH: process.env.PATH, LATCHKEY_CHROMIUM: '/no/such/program' }), null)
  const { url } = await serve(t, scriptSite())
  const kept = process.env.LATCHKEY_CHROMIUM
  process.env.LATCHKEY_CHROMIUM = '/no/such/program'
  t.after(() => {
    if (kept === undefined) delete process.env.LATCHKEY_CHROMIUM
    else process.env.LATCHKEY_CHROMIUM = kept
  })
  await assert.rejects(inspect(url, { browser: true }), failsWith('browser_missing', /LATCHKEY_CHROMIUM/))
})
