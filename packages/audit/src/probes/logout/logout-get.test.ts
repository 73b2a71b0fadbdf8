import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { audit } from '../../../test/audit-site.ts'
import { type Reply, type Site, serve, type Visit } from '../../../test/serve.ts'
import { logoutGet } from '../../checks/logout-get.ts'
import { judge } from '../../judging/judge.ts'
import type { AuditOptions } from '../../options/options.ts'

interface Choices {
  /** What the account page offers. */
  readonly control: (id: string) => string
  /** Answers everything else; `end` ends the session of the request. */
  readonly leave: (visit: Visit, end: () => Reply) => Reply | null
  /** Of the session cookie. */
  readonly attributes?: string
  /** Whether the account page sends even users away. */
  readonly hiccup?: () => boolean
  /** Visitors without a session are given one, on every page. */
  readonly eager?: boolean
}

/** A site with sessions, of which only the way out is to be looked at. */
async function site(
  t: TestContext,
  { control, leave, attributes = 'Path=/', eager = false, hiccup }: Choices,
): Promise<Site> {
  const live = new Map<string, boolean>()
  const start = (signedIn: boolean): string[] => {
    const made = randomBytes(16).toString('hex')
    live.set(made, signedIn)
    return [`sid=${made}; ${attributes}`]
  }
  return await serve(t, (visit) => {
    const id = visit.cookies.get('sid') ?? ''
    const cookies = eager && !live.has(id) ? start(false) : []
    const end = (): Reply => {
      live.delete(id)
      return { redirect: '/', cookies: ['sid=; Path=/; Max-Age=0'] }
    }
    if (visit.at === 'GET /')
      return {
        html: '<form method=post action=/in><input name=u><input type=password name=p></form>',
        cookies,
      }
    if (visit.at === 'POST /in') return { redirect: '/mine', cookies: start(true) }
    if (visit.at === 'GET /mine')
      return live.get(id) && !hiccup?.()
        ? { html: `<h1>Mine</h1>${control(id)}` }
        : { redirect: '/', cookies }
    return leave(visit, end) ?? { status: 404, html: 'No such page', cookies }
  })
}

async function judged(url: string, more: Partial<AuditOptions> = {}) {
  const file = await audit(url, more)
  const [verdict] = judge(file, { finishedAt: '', checks: [logoutGet] }).checks
  assert.ok(verdict)
  const { logoutGet: found } = file.evidence
  return { verdict, trials: found.status === 'gathered' ? found.value.trials : [], file }
}

const LINK = '<a href="/bye">Log out</a>'
const FORM = '<form method=post action=/bye><button>Log out</button></form>'
const any: Choices['leave'] = ({ at }, end) => (at.endsWith(' /bye') ? end() : null)
const byPost: Choices['leave'] = ({ at }, end) => (at === 'POST /bye' ? end() : null)

test('a link that logs out does so from any site', async (t) => {
  for (const attributes of ['Path=/', 'Path=/; SameSite=Lax']) {
    const { verdict, trials } = await judged(
      (await site(t, { control: () => LINK, leave: any, attributes })).url,
    )
    assert.equal(verdict.verdict, 'fail', verdict.reason)
    assert.equal(verdict.severity, 'low')
    assert.deepEqual(
      trials.map(({ by, attached }) => [by, attached]),
      [['link', ['sid']]],
    )
  }
})

test('an image does where the cookie is SameSite=None', async (t) => {
  const attributes = 'Path=/; Secure; SameSite=None'
  const { verdict, trials } = await judged(
    (await site(t, { control: () => LINK, leave: any, attributes })).url,
  )
  assert.equal(verdict.verdict, 'fail')
  assert.deepEqual(
    trials.map(({ by }) => by),
    ['image'],
  )
})

test('a form whose address ends the session by GET as well is found', async (t) => {
  const { verdict } = await judged((await site(t, { control: () => FORM, leave: any })).url)
  assert.equal(verdict.verdict, 'fail', verdict.reason)
})

test('a logout by POST only passes, and so does a page that asks', async (t) => {
  const plain = await judged((await site(t, { control: () => FORM, leave: byPost })).url)
  assert.equal(plain.verdict.verdict, 'pass', plain.verdict.reason)
  const asks: Choices['leave'] = (visit, end) =>
    visit.at === 'GET /bye' ? { html: `Sure?${FORM}` } : byPost(visit, end)
  const asked = await judged((await site(t, { control: () => LINK, leave: asks })).url)
  assert.equal(asked.verdict.verdict, 'pass', asked.verdict.reason)
  assert.match(asked.verdict.reason, /leaves the session alive/)
})

test('a link with a token of its session is none that other sites can write', async (t) => {
  for (const [name, length] of [
    ['token', 24],
    ['k', 6],
  ] as const) {
    const control = (id: string) => `<a href="/bye?do=now&${name}=${id.slice(0, length)}">Log out</a>`
    const leave: Choices['leave'] = ({ at, query, cookies }, end) =>
      at === 'GET /bye' &&
      query.get('do') === 'now' &&
      query.get(name) === cookies.get('sid')?.slice(0, length)
        ? end()
        : null
    const { verdict, file } = await judged((await site(t, { control, leave })).url)
    assert.equal(verdict.verdict, 'pass', verdict.reason)
    const { logoutGet: found } = file.evidence
    assert.match(found.status === 'gathered' ? found.value.url : '', /\/bye\?do=now$/)
  }
})

test('a link with what everybody has is', async (t) => {
  const control = () => '<a href="/account?action=bye&from=menu">Log out</a>'
  const leave: Choices['leave'] = ({ at, query }, end) =>
    at === 'GET /account' && query.get('action') === 'bye' && query.get('from') === 'menu' ? end() : null
  const { verdict } = await judged((await site(t, { control, leave })).url)
  assert.equal(verdict.verdict, 'fail', verdict.reason)
})

test('SameSite=Strict keeps other sites out, also where visitors are given sessions', async (t) => {
  for (const eager of [false, true]) {
    const attributes = 'Path=/; SameSite=Strict'
    const { verdict } = await judged(
      (await site(t, { control: () => LINK, leave: any, attributes, eager })).url,
    )
    assert.equal(verdict.verdict, 'pass', verdict.reason)
    assert.match(verdict.reason, /only from the site’s own pages: a browser adds no cookie/)
  }
})

test('a page that leads on to the logout by itself is the site’s own, whatever SameSite says', async (t) => {
  const leave: Choices['leave'] = ({ at }, end) =>
    at === 'GET /bye'
      ? { html: '<meta http-equiv=refresh content="1; url=/done">Bye' }
      : at === 'GET /done'
        ? end()
        : null
  const attributes = 'Path=/; SameSite=Strict'
  const { verdict } = await judged((await site(t, { control: () => LINK, leave, attributes })).url)
  assert.equal(verdict.verdict, 'fail', verdict.reason)
})

test('a site that looks at Sec-Fetch-Site keeps other sites out', async (t) => {
  const leave: Choices['leave'] = ({ at, headers }, end) =>
    at !== 'GET /bye'
      ? null
      : headers['sec-fetch-site'] === 'cross-site'
        ? { status: 403, html: 'No' }
        : end()
  const { verdict } = await judged((await site(t, { control: () => LINK, leave })).url)
  assert.equal(verdict.verdict, 'pass', verdict.reason)
  assert.match(verdict.reason, /refuses what other sites send, although sid goes along/)
})

test('a site that ends the session at any visit from elsewhere shows nothing about its logout', async (t) => {
  // The harmless visit of the start page is the control that catches this.
  const jumpy = await jumpySite(t)
  const { verdict } = await judged(jumpy.url)
  assert.equal(verdict.verdict, 'inconclusive', verdict.reason)
  assert.match(verdict.reason, /after another page was opened in the same way/)
})

/** Whatever another site makes a browser ask for ends its session. */
async function jumpySite(t: TestContext): Promise<Site> {
  const live = new Set<string>()
  return await serve(t, ({ at, cookies, headers }) => {
    const id = cookies.get('sid') ?? ''
    if (headers['sec-fetch-site'] === 'cross-site') live.delete(id)
    if (at === 'GET /')
      return { html: '<form method=post action=/in><input name=u><input type=password name=p></form>' }
    if (at === 'POST /in') {
      const made = randomBytes(16).toString('hex')
      live.add(made)
      return { redirect: '/mine', cookies: [`sid=${made}; Path=/`] }
    }
    if (at === 'GET /mine') return live.has(id) ? { html: `<h1>Mine</h1>${FORM}` } : { redirect: '/' }
    if (at !== 'POST /bye') return { status: 404, html: 'No such page' }
    live.delete(id)
    return { redirect: '/' }
  })
}

test('without a way out nothing is known', async (t) => {
  const { verdict } = await judged((await site(t, { control: () => '', leave: () => null })).url)
  assert.equal(verdict.verdict, 'inconclusive', verdict.reason)
})

test('the way out may be on the page that the login leads to alone', async (t) => {
  const live = new Set<string>()
  const { url } = await serve(t, ({ at, cookies }) => {
    const id = cookies.get('sid') ?? ''
    if (at === 'GET /')
      return { html: '<form method=post action=/in><input name=u><input type=password name=p></form>' }
    if (at === 'POST /in') {
      const made = randomBytes(16).toString('hex')
      live.add(made)
      return { redirect: '/start', cookies: [`sid=${made}; Path=/`] }
    }
    if (at === 'GET /bye') {
      live.delete(id)
      return { redirect: '/' }
    }
    if (!live.has(id)) return { redirect: '/' }
    return { html: at === 'GET /start' ? `<h1>Start</h1>${LINK}` : '<h1>Mine</h1>' }
  })
  const { verdict } = await judged(url, { protectedUrl: `${url}/mine` })
  assert.equal(verdict.verdict, 'fail', verdict.reason)
})

test('a page that fails once after it shows nothing', async (t) => {
  let hiccup = false
  const real = await site(t, {
    control: () => FORM,
    leave: ({ at }, end) => {
      if (at === 'GET /bye') hiccup = true
      return at === 'POST /bye' ? end() : { html: 'This needs a POST', status: 405 }
    },
    hiccup: () => {
      const now = hiccup
      hiccup = false
      return now
    },
  })
  const { verdict } = await judged(real.url)
  assert.equal(verdict.verdict, 'pass', verdict.reason)
})
