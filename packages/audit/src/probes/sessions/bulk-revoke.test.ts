import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Routes, serve } from '../../../test/serve.ts'
import { loginForm, USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { LATER, SOON } from '../second-look.ts'

const BUTTON = '<form action="/sessions/revoke-all" method="post"><button>Sign out everywhere</button></form>'

interface Choices {
  /** Sessions that a user may have; one more ends the oldest. */
  readonly limit?: number
  /** Hands over what ends the sessions, where they do not end at once. */
  readonly later?: (end: () => void) => void
}

/** @param kept how many of the others, the newest, the button forgets */
function site(kept: number, button: string, { limit = 99, later = (end) => end() }: Choices = {}): Routes {
  const sessions: string[] = []
  let count = 0
  const isIn = (id: string | undefined) => id !== undefined && sessions.includes(id)
  const cookie = (id: string, more = '') => `sid=${id}; Path=/; HttpOnly${more}`
  return {
    'GET /': () => ({ html: '<a href="/login">Sign in</a>' }),
    'GET /login': () => ({ html: loginForm() }),
    'POST /login': ({ form }) => {
      if (form.get('pw') !== USER.password) return { status: 401, html: loginForm() }
      count += 1
      const id = `session-number-${count}-of-this-site`
      sessions.push(id)
      sessions.splice(0, sessions.length - limit)
      return { redirect: '/account', cookies: [cookie(id)] }
    },
    'GET /account': ({ cookies }) => {
      const out = '<form action="/logout" method="post"><button>Log out</button></form>'
      return isIn(cookies.get('sid'))
        ? { html: `<h1>${USER.username}</h1>${out}${button}` }
        : { redirect: '/login' }
    },
    'POST /logout': ({ cookies }) => {
      sessions.splice(0, sessions.length, ...sessions.filter((id) => id !== cookies.get('sid')))
      return { redirect: '/', cookies: [cookie('', '; Max-Age=0')] }
    },
    'POST /sessions/revoke-all': ({ cookies }) => {
      const own = cookies.get('sid') ?? ''
      if (!isIn(own)) return { status: 401 }
      const others = sessions.filter((id) => id !== own)
      later(() => void sessions.splice(0, sessions.length, own, ...others.slice(others.length - kept)))
      return { redirect: '/account' }
    },
  }
}

const asked = { logoutEverywhere: true }

const states = ({ others }: ReturnType<typeof value<'bulkRevoke'>>) =>
  others.map((looks) => looks.map(({ seen }) => seen.state))

test('the button ends all others, and the own session lives on', async (t) => {
  const { url, seen } = await serve(t, site(0, BUTTON))
  const found = value(await audit(url, asked), 'bulkRevoke')
  assert.match(seen.join(), /(?:POST \/login,(?:GET \/account,)*){4}/, 'logins at once')
  assert.equal(found.how?.found, 'a form on /account')
  assert.deepEqual(states(found), [['anonymous'], ['anonymous'], ['anonymous']])
  assert.equal(found.own?.state, 'signed-in')
  assert.ok(found.controls.every(({ held }) => held))
  assert.deepEqual(
    found.controls.map(({ name }) => name),
    [
      ...Array.from({ length: 4 }, () => 'a session before'),
      'a session that is alive, after the replays',
      'no cookies',
    ],
  )
})

test('others that end only after a while are seen as they were, and as they are then', async (t) => {
  for (const [after, expected] of [
    [SOON, ['anonymous', 'anonymous', 'anonymous']],
    [LATER, ['signed-in,anonymous', 'signed-in,anonymous', 'signed-in,anonymous']],
  ] as const) {
    let end: (() => void) | null = null
    const later = (ends: () => void) => {
      end = ends
    }
    const { url } = await serve(t, site(0, BUTTON, { later }))
    const wait = async (milliseconds: number) => {
      if (milliseconds !== after) return
      end?.()
      end = null
    }
    const file = await gather({ url, ...USER, ...asked }, { wait })
    assert.deepEqual(
      states(value(file, 'bulkRevoke')).map((looks) => looks.join()),
      expected,
    )
  }
})

test('where a user may have only two sessions, one cannot end several others', async (t) => {
  const { url, seen } = await serve(t, site(0, BUTTON, { limit: 2 }))
  const { notTried, others } = value(await audit(url, asked), 'bulkRevoke')
  assert.match(notTried ?? '', /of 4 sessions made at once 2 stayed signed in/)
  assert.deepEqual(others, [])
  assert.ok(!seen.includes('POST /sessions/revoke-all'))
})

test('it is pressed only where that was asked for', async (t) => {
  const { url, seen } = await serve(t, site(0, BUTTON))
  const { bulkRevoke } = (await audit(url)).evidence
  assert.equal(bulkRevoke.status, 'skipped')
  assert.match(bulkRevoke.reason, /sessions of the account.*--logout-everywhere /)
  assert.ok(!seen.includes('POST /sessions/revoke-all'))
})

test('one that it forgets is looked at twice', async (t) => {
  const { url } = await serve(t, site(1, BUTTON))
  assert.deepEqual(
    states(value(await audit(url, asked), 'bulkRevoke'))
      .map((looks) => looks.join())
      .sort(),
    ['anonymous', 'anonymous', 'signed-in,signed-in'],
  )
})

test('where no page has the button nothing is done, and it can be named', async (t) => {
  const { url, seen } = await serve(t, site(0, ''))
  const none = value(await audit(url, asked), 'bulkRevoke')
  assert.match(none.notTried ?? '', /--logout-everywhere-url/)
  assert.ok(!seen.includes('POST /sessions/revoke-all'))
  const named = { logoutEverywhereRequest: 'POST /sessions/revoke-all' }
  assert.deepEqual(states(value(await audit(url, named), 'bulkRevoke')), [
    ['anonymous'],
    ['anonymous'],
    ['anonymous'],
  ])
})

test('a button that is about one session, or about something else, is left alone', async (t) => {
  for (const text of ['Revoke all keys', 'End session', 'Close all accounts', 'Delete all sessions']) {
    const button = `<form action="/sessions/revoke-all" method="post"><button>${text}</button></form>`
    const { url, seen } = await serve(t, site(0, button))
    const { notTried } = value(await audit(url, asked), 'bulkRevoke')
    assert.notEqual(notTried, null, text)
    assert.ok(!seen.includes('POST /sessions/revoke-all'), text)
  }
})
