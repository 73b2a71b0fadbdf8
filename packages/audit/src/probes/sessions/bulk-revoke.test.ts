import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Routes, serve } from '../../../test/serve.ts'
import { loginForm, USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { LATER, SOON } from '../second-look.ts'

const BUTTON = '<form action="/sessions/revoke-all" method="post"><button>Sign out everywhere</button></form>'

interface Choices {
  /** What the n-th session is called. */
  readonly named?: (count: number) => string
  /** Sessions that a user may have; one more ends the oldest. */
  readonly limit?: number
  /** Hands over what ends the sessions, where they do not end at once. */
  readonly later?: (end: () => void) => void
}

/** @param kept how many of the others, the newest, the button forgets; one for each time that it is pressed, or for all */
function site(
  kept: number | readonly number[],
  button: string,
  {
    named = (count) => `session-number-${count}-of-this-site`,
    limit = 99,
    later = (end) => end(),
  }: Choices = {},
): Routes {
  const sessions: string[] = []
  let [count, pressed] = [0, 0]
  const isIn = (id: string | undefined) => id !== undefined && sessions.includes(id)
  const cookie = (id: string, more = '') => `sid=${id}; Path=/; HttpOnly${more}`
  return {
    'GET /': () => ({ html: '<a href="/login">Sign in</a>' }),
    'GET /login': () => ({ html: loginForm() }),
    'POST /login': ({ form }) => {
      if (form.get('pw') !== USER.password) return { status: 401, html: loginForm() }
      count += 1
      const id = named(count)
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
      const forgotten = typeof kept === 'number' ? kept : (kept[pressed] ?? 0)
      pressed += 1
      later(() => void sessions.splice(0, sessions.length, own, ...others.slice(others.length - forgotten)))
      return { redirect: '/account' }
    },
  }
}

// Logins for one round and no other.
const asked = { logoutEverywhere: true, maxLogins: 15 }

const states = ({ others }: ReturnType<typeof value<'bulkRevoke'>>) =>
  others.map((looks) => looks.map(({ seen }) => seen.state))

test('the button ends all others, and the own session lives on', async (t) => {
  const { url, seen } = await serve(t, site(0, BUTTON))
  const found = value(await audit(url, asked), 'bulkRevoke')
  assert.match(seen.join(), /(?:POST \/login,(?:GET \/account,)*){4}/, 'logins at once')
  assert.equal(found.how?.found, 'a form on /account')
  assert.deepEqual(
    states(found),
    Array.from({ length: 4 }, () => ['anonymous']),
  )
  assert.equal(found.own?.state, 'signed-in')
  assert.ok(found.controls.every(({ held }) => held))
  assert.deepEqual(
    found.controls.map(({ name }) => name),
    [
      ...Array.from({ length: 5 }, () => 'a session before'),
      'a session that is alive, after the replays',
      'no cookies',
    ],
  )
})

test('others that end only after a while are seen as they were, and as they are then', async (t) => {
  for (const [after, expected] of [
    [SOON, 'anonymous'],
    [LATER, 'signed-in,anonymous'],
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
      Array.from({ length: 4 }, () => expected),
    )
  }
})

test('where a user may have only two sessions, one cannot end several others', async (t) => {
  const { url, seen } = await serve(t, site(0, BUTTON, { limit: 2 }))
  const { notTried, others } = value(await audit(url, { logoutEverywhere: true }), 'bulkRevoke')
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
    ['anonymous', 'anonymous', 'anonymous', 'signed-in,signed-in'],
  )
})

test('where it forgets all that were made at once, the session of before them shows that it ends others', async (t) => {
  const { url } = await serve(t, site(3, BUTTON))
  const found = states(value(await audit(url, asked), 'bulkRevoke'))
  assert.deepEqual(found.at(-1), ['anonymous'])
  assert.deepEqual(found.slice(0, -1), Array(3).fill(['signed-in', 'signed-in']))
})

test('what ends all is tried three times where there are logins for it, and no more once one lives', async (t) => {
  const presses = async (kept: readonly number[], more: object) => {
    const { url, seen } = await serve(t, site(kept, BUTTON))
    const found = states(value(await audit(url, { ...asked, ...more }), 'bulkRevoke'))
    const isLost = found.some((looks) => looks.includes('signed-in'))
    return [seen.filter((request) => request === 'POST /sessions/revoke-all').length, isLost]
  }
  const many = { maxLogins: 60 }
  assert.deepEqual(await presses([0, 0, 0, 1], many), [3, false])
  assert.deepEqual(await presses([0, 1, 0], many), [2, true])
  assert.deepEqual(await presses([1, 0, 0], many), [1, true])
  assert.deepEqual(await presses([0, 1, 0], {}), [1, false], 'as many logins as are left')
})

test('logins at once that are given one session are not told apart', async (t) => {
  const { url, seen } = await serve(t, site(0, BUTTON, { named: () => 'the-one-session-of-this-site' }))
  const { notTried } = value(await audit(url, asked), 'bulkRevoke')
  assert.match(notTried ?? '', /too few/)
  assert.ok(!seen.includes('POST /sessions/revoke-all'))
})

test('where no page has the button nothing is done, and it can be named', async (t) => {
  const { url, seen } = await serve(t, site(0, ''))
  const none = value(await audit(url, asked), 'bulkRevoke')
  assert.match(none.notTried ?? '', /--logout-everywhere-url/)
  assert.ok(!seen.includes('POST /sessions/revoke-all'))
  const named = { logoutEverywhereRequest: 'POST /sessions/revoke-all' }
  const { others, notTried } = value(await audit(url, named), 'bulkRevoke')
  assert.equal(notTried, null)
  assert.ok(others.length >= 4)
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
