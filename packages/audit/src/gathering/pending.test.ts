import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit, value } from '../../test/audit-site.ts'
import { serve } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import { gather } from './gather.ts'
import { mayGoOn, type Pending, untilDue } from './pending.ts'

const waiting = (since: number, afterMs: number, meanwhile = true): Pick<Pending, 'since' | 'second'> => ({
  since,
  second: { afterMs, meanwhile, look: async () => {}, conclude: async () => {} },
})

test('a step is taken meanwhile only if it may be, and nothing that waits has anything against it', () => {
  assert.equal(mayGoOn([], {}), true)
  assert.equal(mayGoOn([waiting(0, 200)], { meanwhile: true }), true)
  assert.equal(mayGoOn([waiting(0, 200)], {}), false)
  assert.equal(mayGoOn([waiting(0, 200), waiting(0, 2000, false)], { meanwhile: true }), false)
})

test('one wait does for all, and what passed meanwhile is not waited for again', () => {
  assert.equal(untilDue([waiting(0, 200), waiting(50, 200)], 60), 190)
  assert.equal(untilDue([waiting(0, 200)], 500), 0)
  assert.equal(untilDue([], 500), 0)
})

test('logout and re-authentication of a sound site wait once for both, and requests in flight once', async (t) => {
  const site = await serve(t, sessionSite())
  const waits: number[] = []
  const wait = async (milliseconds: number) => void (milliseconds > 0 && waits.push(milliseconds))
  await gather({ url: site.url, ...USER }, { wait, now: () => 0 })
  assert.deepEqual(waits, [200, 200])
})

test('a copy that outlived the logout is looked at again before anything else is done', async (t) => {
  const site = await serve(t, sessionSite({ logoutForgets: true }))
  const file = await audit(site.url)
  const { replays } = value(file, 'logout')
  const again = replays.find(({ afterMs }) => afterMs > 0)?.seen.exchange ?? 0
  const chosen = value(file, 'fixation').trials.find(({ variant }) => variant === 'chosen')
  const next = chosen?.replay.exchange ?? 0
  assert.ok(again > 0 && again < next, `${again} before ${next}`)
  assert.equal(value(file, 'reauthentication').alreadyShown, 'logout')
})

test('with few requests left the logout is looked at again before they are spent on others', async (t) => {
  const site = await serve(t, sessionSite())
  const file = await audit(site.url, { maxRequests: 45 })
  assert.equal(file.evidence.logout.status, 'gathered')
})

test('where a user may have one session, no login comes between the two looks', async (t) => {
  const routes = sessionSite()
  assert.ok(typeof routes !== 'function')
  let newest = ''
  const site = await serve(t, (visit) => {
    const isOld = visit.at === 'GET /account' && visit.cookies.get('sid') !== newest
    const reply = isOld ? { redirect: '/login' } : (routes[visit.at]?.(visit) ?? { status: 404, html: '' })
    if (visit.at === 'POST /login' && reply.redirect)
      newest = /^sid=([^;]*)/.exec(reply.cookies?.[0] ?? '')?.[1] ?? ''
    return reply
  })
  const file = await audit(site.url)
  const looks = value(file, 'logout').replays.map(({ seen }) => seen.exchange)
  const between = file.exchanges.filter(({ id }) => id > Math.min(...looks) && id < Math.max(...looks))
  assert.deepEqual(
    between.filter(({ method }) => method === 'POST'),
    [],
  )
})
