import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type Reply, type Site, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import { readPage } from '../../network/pages/html.ts'
import { checkOptions } from '../../options/check-options.ts'
import { selfSending } from './self-sending.ts'

type Binding = 'code' | 'saml' | 'link'
const SECRET = 'short1'

const sends = (action: string, fields: Record<string, string>) =>
  `<body onload="document.forms[0].submit()"><form method=post action="${action}">${Object.entries(fields)
    .map(([name, value]) => `<input type=hidden name=${name} value="${value}">`)
    .join('')}<noscript><button>Continue</button></noscript></form>`

/** A site whose login is elsewhere, and elsewhere. `forgets`: its logout ends nothing. */
async function pair(t: TestContext, binding: Binding, forgets = false) {
  const codes = new Set<string>()
  const sessions = new Set<string>()
  const cookiesThere: string[] = []
  const at = { here: '', there: '' }
  const there = await serve(t, (visit): Reply => {
    cookiesThere.push(...visit.cookies.keys())
    if (visit.at === 'GET /authorize' || visit.at === 'POST /authorize')
      return {
        html: `<form method=post action=/password><input type=hidden name=flow value=${SECRET}>
          <input name=login><input type=password name=secret><button>Sign in</button></form>`,
        cookies: ['sid=there-there-there; Path=/'],
      }
    if (visit.at !== 'POST /password') return { status: 404, html: 'No' }
    const isRight = visit.form.get('login') === USER.username && visit.form.get('secret') === USER.password
    if (!isRight || visit.cookies.get('sid') !== 'there-there-there') return { status: 401, html: 'No' }
    const code = randomBytes(12).toString('hex')
    codes.add(code)
    return binding === 'saml'
      ? { html: sends(`${at.here}/back`, { SAMLResponse: code, RelayState: 'x' }) }
      : { redirect: `${at.here}/back?code=${code}` }
  })
  const enter = (): Reply =>
    binding === 'saml'
      ? { html: sends(`${at.there}/authorize`, { SAMLRequest: 'r', RelayState: 'x' }) }
      : { redirect: `${at.there}/authorize?redirect_uri=x` }
  const back = (code: string): Reply => {
    if (!codes.delete(code)) return { status: 401, html: 'No' }
    const id = randomBytes(16).toString('hex')
    sessions.add(id)
    return { redirect: '/mine', cookies: [`tide=${id}; Path=/; HttpOnly; SameSite=Lax`] }
  }
  const here = await serve(t, (visit: Visit): Reply => {
    const id = visit.cookies.get('tide') ?? ''
    const leads = binding === 'link' ? `${at.there}/authorize?redirect_uri=x` : '/enter'
    if (visit.at === 'GET /') return { html: `<h1>Shop</h1><a href="${leads}">Sign in</a>` }
    if (visit.at === 'GET /enter') return enter()
    if (visit.at === 'GET /back') return back(visit.query.get('code') ?? '')
    if (visit.at === 'POST /back') return back(visit.form.get('SAMLResponse') ?? '')
    if (visit.at === 'POST /leave') {
      if (!forgets) sessions.delete(id)
      return { redirect: '/', cookies: ['tide=; Path=/; Max-Age=0'] }
    }
    if (visit.at !== 'GET /mine') return { status: 404, html: 'No' }
    return sessions.has(id)
      ? { html: '<h1>Mine</h1><form method=post action=/leave><button>Log out</button></form>' }
      : { redirect: '/enter' }
  })
  Object.assign(at, { here: here.url, there: there.url })
  return { here, there, cookiesThere }
}

async function audited(here: Site, there: Site) {
  const options = { url: here.url, ...USER, loginOrigins: [there.url] }
  const file = await gather(options, { wait: async () => {} })
  const { checks } = judge(file, { finishedAt: '' })
  return { file, verdict: (id: string) => checks.find((check) => check.id === id)?.verdict }
}

for (const binding of ['code', 'saml', 'link'] as const) {
  test(`a login on another origin (${binding}): hardened passes, and what only forgets fails`, async (t) => {
    const { here, there, cookiesThere } = await pair(t, binding)
    const { file, verdict } = await audited(here, there)
    assert.deepEqual(['logout', 'fixation', 'cookie-httponly', 'cookie-samesite'].map(verdict), [
      'pass',
      'pass',
      'pass',
      'pass',
    ])
    assert.notEqual(verdict('reauthentication'), 'fail')
    const { carrier, cookies } = file.evidence
    assert.ok(carrier.status === 'gathered' && cookies.status === 'gathered')
    assert.deepEqual(carrier.value.candidates, ['tide'])
    assert.ok(!cookies.value.some(({ name }) => name === 'sid'))
    assert.deepEqual([...new Set(cookiesThere)], ['sid'])
    assert.ok(!JSON.stringify(file).includes(SECRET))

    const vulnerable = await pair(t, binding, true)
    assert.equal((await audited(vulnerable.here, vulnerable.there)).verdict('logout'), 'fail')
  })
}

test('the other origin hears of logins and of nothing else', async (t) => {
  const { here, there } = await pair(t, 'code')
  const { file } = await audited(here, there)
  const phases = file.exchanges.filter(({ url }) => url.startsWith(there.url)).map(({ phase }) => phase)
  assert.deepEqual([...new Set(phases)], ['login'])
  const logins = there.seen.filter((at) => at === 'POST /password').length
  const opened = there.seen.filter((at) => at === 'GET /authorize').length
  assert.ok(opened <= logins + 3, `${opened} for ${logins} logins`)
})

test('without the option nothing is sent there, and the error names it', async (t) => {
  for (const binding of ['code', 'saml', 'link'] as const) {
    const { here, there } = await pair(t, binding)
    const message = new RegExp(`--login-origin ${there.url}`)
    await assert.rejects(gather({ url: here.url, ...USER }, { wait: async () => {} }), { message })
    assert.deepEqual(there.seen, [])
  }
})

test('an origin is one, of another site, and for a login', () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ loginOrigins: ['https://login.example/path'] }, /without a path/],
    [{ loginOrigins: ['login.example'] }, /--login-origin must be/],
    [{ loginOrigins: ['https://app.example.com'] }, /another origin/],
    [{ loginOrigins: ['https://login.example'], passive: true }, /for a login/],
  ]
  for (const [more, message] of wrong)
    assert.throws(() => checkOptions({ url: 'https://app.example.com/', ...USER, ...more }), {
      code: 'usage',
      message,
    })
})

test('a form sends itself only where there is nothing else to do on its page', () => {
  const url = new URL('https://site.example/')
  const isSent = (html: string) => selfSending(readPage(html, url)) !== null
  const hidden = '<form method=post action=/acs><input type=hidden name=RelayState value=x>'
  assert.ok(
    isSent(
      `${hidden}<input type=hidden name=SAMLResponse value=x><button>Go on</button></form><a href=/>x</a>`,
    ),
  )
  assert.ok(isSent(`${hidden}</form><script>document.forms[0].submit()</script>`))
  for (const html of [
    `${hidden}</form>`,
    `${hidden}</form><a href=/x onclick="document.forms[0].submit()">Go</a>`,
    `<form method=post action=/logout><input type=hidden name=t value=x></form><script>f.submit()</script>`,
    `${hidden}<input name=q></form><script>f.submit()</script>`,
    `${hidden}</form><form></form><script>f.submit()</script>`,
  ])
    assert.ok(!isSent(html), html)
})
