import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import type { LogoutEvidence } from '../../evidence/evidence.ts'
import { gather } from '../../gathering/gather.ts'
import type { AuditOptions } from '../../options/options.ts'

type Ending = (id: string, visit: Visit) => Reply | null

/** A site whose account page offers `control`, and where `end` says what each other request does. */
function leaving(control: string, end: (live: Set<string>) => Ending): Routes {
  const live = new Set<string>()
  const ending = end(live)
  const form = '<form method=post action=/in><input name=u><input type=password name=p></form>'
  return (visit) => {
    const id = visit.cookies.get('sid') ?? ''
    if (visit.at === 'POST /in') {
      const made = randomBytes(16).toString('hex')
      live.add(made)
      return { redirect: '/mine', cookies: [`sid=${made}; Path=/`] }
    }
    if (visit.at === 'GET /') return { html: form }
    if (visit.at === 'GET /mine')
      return live.has(id) ? { html: `<h1>Mine</h1>${control}` } : { redirect: '/' }
    return ending(id, visit) ?? { status: 404, html: 'No such page' }
  }
}

async function logout(url: string, more: Partial<AuditOptions> = {}): Promise<LogoutEvidence> {
  const { evidence } = await gather({ url, ...USER, ...more }, { wait: async () => {} })
  assert.ok(
    evidence.logout.status === 'gathered',
    evidence.logout.status === 'failed' ? evidence.logout.reason : '',
  )
  assert.equal(evidence.logout.value.browserAfter.state, 'anonymous')
  return evidence.logout.value
}

const ends =
  (at: string, isRight: (visit: Visit) => boolean = () => true) =>
  (live: Set<string>): Ending =>
  (id, visit) => {
    if (visit.at !== at || !isRight(visit)) return null
    live.delete(id)
    return { redirect: '/', cookies: ['sid=; Path=/; Max-Age=0'] }
  }

test('a hidden form beside its link, as Laravel has it: the form is used', async (t) => {
  const control =
    '<a href="/logout">Logout</a><form id=logout-form action="/logout" method=post><input type=hidden name=_token value=t></form>'
  const site = await serve(
    t,
    leaving(
      control,
      ends('POST /logout', ({ form }) => form.get('_token') === 't'),
    ),
  )
  assert.equal((await logout(site.url)).how.method, 'POST')
})

test('a link with data-method, as Rails has it: sent as its script would', async (t) => {
  const control =
    '<meta name=csrf-param content=authenticity_token><meta name=csrf-token content=tok><a href="/users/sign_out" data-method=delete>Sign out</a>'
  const isRight = ({ form }: Visit) =>
    form.get('_method') === 'delete' && form.get('authenticity_token') === 'tok'
  const site = await serve(t, leaving(control, ends('POST /users/sign_out', isRight)))
  assert.equal((await logout(site.url)).how.method, 'POST')
})

test('a link to a page that asks again', async (t) => {
  const end = ends('POST /bye', ({ form }) => form.get('token') === 'x')
  const asks =
    (live: Set<string>): Ending =>
    (id, visit) =>
      visit.at === 'GET /bye'
        ? { html: '<form method=post><input type=hidden name=token value=x><button>Yes</button></form>' }
        : end(live)(id, visit)
  const site = await serve(t, leaving('<a href="/bye">Se déconnecter</a>', asks))
  assert.ok((await logout(site.url)).replays.every(({ seen }) => seen.state === 'anonymous'))
})

test('signing out of other devices is not the way to end this session', async (t) => {
  const control = `<form method=post action=/sessions/others><button>Log out of all other devices</button></form>
    <form method=post action=/bye><button>Log out</button></form>`
  const site = await serve(t, leaving(control, ends('POST /bye')))
  assert.match((await logout(site.url)).how.url, /\/bye$/)
  assert.ok(!site.seen.includes('POST /sessions/others'))
})

test('a control that does not end the session is followed by the next', async (t) => {
  const control =
    '<form method=post action=/logout-guest><button>Logout</button></form><a href="/bye">Sign out</a>'
  const guest =
    (live: Set<string>): Ending =>
    (id, visit) =>
      visit.at === 'POST /logout-guest' ? { redirect: '/mine' } : ends('GET /bye')(live)(id, visit)
  const site = await serve(t, leaving(control, guest))
  assert.match((await logout(site.url)).how.url, /\/bye$/)
})

test('an address the user names is tried by GET, then by POST', async (t) => {
  const site = await serve(t, leaving('', ends('POST /finish')))
  const { how } = await logout(site.url, { logoutUrl: `${site.url}/finish` })
  assert.deepEqual([how.method, how.found], ['POST', 'named by the user'])
})

test('without any control the usual addresses are tried', async (t) => {
  const site = await serve(t, leaving('', ends('GET /signout')))
  assert.equal((await logout(site.url)).how.found, 'a usual address')
})

test('no way out is a failed step that says what to do', async (t) => {
  const site = await serve(
    t,
    leaving('', () => () => null),
  )
  const { evidence } = await gather({ url: site.url, ...USER }, { wait: async () => {} })
  assert.equal(evidence.logout.status, 'failed')
  assert.match(evidence.logout.reason, /--logout-url/)
})

test('a copy that dies a moment later is told apart from one that lives on', async (t) => {
  const dying: (() => void)[] = []
  const slowly =
    (live: Set<string>): Ending =>
    (id, { at }) => {
      if (at !== 'GET /logout') return null
      dying.push(() => live.delete(id))
      return { redirect: '/', cookies: ['sid=; Path=/; Max-Age=0'] }
    }
  const site = await serve(t, leaving('<a href=/logout>Log out</a>', slowly))
  const wait = async () => {
    for (const end of dying) end()
  }
  const { evidence } = await gather({ url: site.url, ...USER }, { wait })
  assert.ok(evidence.logout.status === 'gathered')
  assert.deepEqual(
    evidence.logout.value.replays.map(({ afterMs, seen }) => [afterMs, seen.state]),
    [
      [0, 'signed-in'],
      [2000, 'anonymous'],
    ],
  )
})

test('one session per user: a login that ends the one before is no obstacle', async (t) => {
  const single = (live: Set<string>): Ending => ends('GET /logout')(live)
  const routes = leaving('<a href=/logout>Log out</a>', (live) => {
    const add = live.add.bind(live)
    live.add = (id) => {
      live.clear()
      return add(id)
    }
    return single(live)
  })
  const site = await serve(t, routes)
  const { evidence, exchanges } = await gather({ url: site.url, ...USER }, { wait: async () => {} })
  const optIn = [
    'transport',
    'crossSiteRequest',
    'passwordChange',
    'visitor',
    'twoUsers',
    'timeouts',
    'bulkRevoke',
  ]
  for (const [name, { status }] of Object.entries(evidence))
    if (!optIn.includes(name)) assert.equal(status, 'gathered', name)
  assert.ok(evidence.caching.status === 'gathered')
  const statuses = evidence.caching.value.pages.map(({ exchange }) => exchanges[exchange - 1]?.status)
  assert.deepEqual(statuses, [200])
})

test('a remembered browser that is let in by way of a redirect is signed in', async (t) => {
  const live = new Set<string>()
  const site = await serve(t, ({ at, cookies, form }) => {
    const start = () => {
      const id = randomBytes(16).toString('hex')
      live.add(id)
      return `sid=${id}; Path=/`
    }
    if (at === 'POST /in')
      return {
        redirect: '/mine',
        cookies: [start(), ...(form.has('remember') ? ['keep=kkkkkkkkkkkk1; Path=/'] : [])],
      }
    if (at !== 'GET /mine')
      return {
        html: '<form method=post action=/in><input name=u><input type=password name=p><input type=checkbox name=remember></form>',
      }
    if (live.has(cookies.get('sid') ?? '')) return { html: 'Mine' }
    return cookies.get('keep') === 'kkkkkkkkkkkk1'
      ? { redirect: '/mine', cookies: [start()] }
      : { redirect: '/' }
  })
  const { evidence } = await gather({ url: site.url, ...USER }, { wait: async () => {} })
  assert.deepEqual(evidence.carrier.status === 'gathered' && evidence.carrier.value.sets, [['sid'], ['keep']])
})

test('where the site allows no more logins, the session we have is logged out', async (t) => {
  let logins = 0
  const routes = leaving('<a href=/logout>Log out</a>', ends('GET /logout'))
  const site = await serve(t, (visit) => {
    if (visit.at === 'POST /in' && ++logins > 3) return { status: 429, html: 'Too many' }
    return typeof routes === 'function' ? routes(visit) : {}
  })
  assert.ok((await logout(site.url)).controls.every(({ held }) => held))
})

test('a site that refuses everybody after the logout has not ended the session', async (t) => {
  const control = '<form method=post action=/out><button>Log out</button></form>'
  const inner = leaving(control, ends('POST /out')) as (visit: Visit) => Reply
  let isBlocked = false
  const site = await serve(t, (visit) => {
    // From then on everybody gets what visitors get.
    if (isBlocked) return inner({ ...visit, cookies: new Map() })
    isBlocked = visit.at === 'POST /out'
    return inner(visit)
  })
  const { controls } = await logout(site.url)
  const witness = controls.find(({ name }) => name.startsWith('another session'))
  assert.deepEqual([witness?.expected, witness?.held], ['signed-in', false])
})

test('a firewall that turns everybody away after the logout is no visitor’s answer', async (t) => {
  const control = '<form method=post action=/out><button>Log out</button></form>'
  const inner = leaving(control, ends('POST /out')) as (visit: Visit) => Reply
  let isBlocked = false
  const site = await serve(t, (visit) => {
    if (isBlocked) return { status: 403, html: 'Request blocked' }
    isBlocked = visit.at === 'POST /out'
    return inner(visit)
  })
  const { browserAfter, replays } = value(await audit(site.url), 'logout')
  assert.deepEqual(
    [browserAfter.state, ...new Set(replays.map(({ seen }) => seen.state))],
    ['unclear', 'unclear'],
  )
})

test('a link that a script makes a form of, as Phoenix has it', async (t) => {
  const control = '<a href="#" data-to="/users/out" data-method=delete data-csrf=t>Log out</a>'
  const isRight = ({ form }: Visit) => form.get('_method') === 'delete' && form.get('_csrf_token') === 't'
  const site = await serve(t, leaving(control, ends('POST /users/out', isRight)))
  assert.equal((await logout(site.url)).how.method, 'POST')
})
