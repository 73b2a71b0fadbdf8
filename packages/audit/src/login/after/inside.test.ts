import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, failsWith, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { judge } from '../../judging/judge.ts'

const LOGIN = '<form method=post action=/login><input name=user><input type=password name=pw></form>'
const OUT = '<form method=post action=/logout><button>Log out</button></form>'

/** A site with a page between the password and the account. */
function gated(gate: string, passes: (visit: Visit) => boolean, logoutForgets = false): Routes {
  const sessions = new Map<string, boolean>()
  const at = ({ cookies }: Visit) => sessions.get(cookies.get('sid') ?? '')
  const home = (visit: Visit): Reply =>
    at(visit) === undefined
      ? { redirect: '/login' }
      : at(visit)
        ? { html: `<h1>Account</h1>${OUT}` }
        : { redirect: '/gate' }
  return (visit) => {
    const id = visit.cookies.get('sid') ?? ''
    switch (visit.at) {
      case 'GET /login':
        return { html: LOGIN }
      case 'POST /login': {
        const made = randomBytes(16).toString('hex')
        sessions.set(made, false)
        return { redirect: '/account', cookies: [`sid=${made}; Path=/; HttpOnly; SameSite=Lax`] }
      }
      case 'GET /gate':
        return at(visit) === false ? { html: gate } : { redirect: '/account' }
      case 'POST /gate':
        if (at(visit) === false && passes(visit)) sessions.set(id, true)
        return { redirect: '/account' }
      case 'POST /logout':
        if (!logoutForgets) sessions.delete(id)
        return { redirect: '/login', cookies: ['sid=; Path=/; Max-Age=0'] }
      case 'GET /':
        return { html: '<a href="/login">Sign in</a>' }
      case 'GET /account':
      case 'GET /orders':
        return home(visit)
      default:
        return { status: 404, html: 'No such page' }
    }
  }
}

const CODE = `<form method=post action=/gate><input name=code autocomplete=one-time-code><button>OK</button></form>${OUT}`
const TERMS =
  '<h1>New terms</h1><form method=post action=/gate><input type=checkbox name=accept required> I accept the terms<button>Continue</button></form>'

test('a half session is not taken for the inside: what is asked, where, and what to give', async (t) => {
  const site = await serve(
    t,
    gated(CODE, () => false),
  )
  await assert.rejects(audit(site.url), failsWith('more_asked', /one-time code at .*\/gate; .*--totp-secret/))
})

test('terms are accepted in every login, said, and the session behind them is the one judged', async (t) => {
  for (const logoutForgets of [false, true]) {
    const site = await serve(
      t,
      gated(TERMS, ({ form }) => form.has('accept'), logoutForgets),
    )
    const file = await audit(site.url)
    assert.deepEqual(value(file, 'signIn').confirmed, [`the terms at ${site.url}/gate`])
    const { checks } = judge(file, { finishedAt: '2026-01-01T00:00:00Z' })
    assert.equal(checks.find(({ id }) => id === 'logout')?.verdict, logoutForgets ? 'fail' : 'pass')
    const count = (at: string) => site.seen.filter((seen) => seen === at).length
    // A login that another site's page could send is not gone on with.
    assert.ok(count('POST /gate') > 2 && count('POST /gate') <= count('POST /login'))
  }
})

test('what comes back after it was confirmed is not confirmed for ever', async (t) => {
  const site = await serve(
    t,
    gated(TERMS, () => false),
  )
  await assert.rejects(audit(site.url), failsWith('more_asked', /the terms at .* came back/))
  assert.equal(site.seen.filter((at) => at === 'POST /gate').length, 1)
})

const LINKS = ['orders', 'help-me', 'news', 'team', 'files', 'shop']
  .map((to) => `<a href="/${to}">${to}</a>`)
  .join('')

test('a code among much else is asked for where other pages lead back to it', async (t) => {
  const site = await serve(
    t,
    gated(LINKS + CODE, () => false),
  )
  await assert.rejects(audit(site.url), failsWith('more_asked', /one-time code/))
})

test('and is not where they do not', async (t) => {
  const routes = gated('', () => true) as (visit: Visit) => Reply
  const site = await serve(t, (visit) => {
    if (visit.at === 'POST /login') {
      const reply = routes(visit)
      const [cookie = ''] = reply.cookies ?? []
      const id = /sid=(\w+)/.exec(cookie)?.[1] ?? ''
      routes({ ...visit, at: 'POST /gate', cookies: new Map([['sid', id]]) })
      return reply
    }
    const reply = routes(visit)
    return visit.at === 'GET /account' && reply.html
      ? { html: reply.html + LINKS + CODE.replace(OUT, '') }
      : reply
  })
  assert.equal(value(await audit(site.url), 'signIn').confirmed, undefined)
})

test('a named page that still leads elsewhere is not inside', async (t) => {
  const gate = '<h1>Almost there</h1><p>We will call you.</p>'
  const site = await serve(
    t,
    gated(gate, () => false),
  )
  await assert.rejects(
    audit(site.url, { protectedUrl: `${site.url}/account` }),
    failsWith('more_asked', /\/account .*\/gate/),
  )
})
