import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serve } from '../../test/serve.ts'
import type { AuditOptions } from '../options/options.ts'
import { BrowserJar, NO_CREDENTIALS } from './cookies/jar.ts'
import { Http } from './http.ts'
import type { Clock } from './pace.ts'

const stopped = (): Clock & { waits: number[] } => {
  const waits: number[] = []
  return { waits, now: () => 0, wait: async (milliseconds) => void waits.push(milliseconds) }
}
const open = (url: string, clock: Clock, options: Partial<AuditOptions> = {}) =>
  new Http({ url, ...options }, new URL(url), clock)

test('a request that is put off is sent again as a browser would then send it, and both are recorded', async (t) => {
  let asked = 0
  const site = await serve(t, ({ cookies }) => {
    asked += 1
    return asked === 1
      ? { status: 429, html: 'Slow down', headers: { 'retry-after': '3' }, cookies: ['queue=7; Path=/'] }
      : { html: `place ${cookies.get('queue')}` }
  })
  const clock = stopped()
  const http = open(site.url, clock)
  t.after(() => http.close())
  const answer = await http.send({ url: new URL(site.url), phase: 'anonymous', jar: new BrowserJar() })
  assert.equal(answer.body, 'place 7')
  assert.deepEqual(clock.waits, [3000])
  assert.deepEqual(
    http.exchanges.map(({ id, status }) => [id, status]),
    [
      [1, 429],
      [2, 200],
    ],
  )
  assert.deepEqual([answer.exchange, http.requests], [2, 2])
})

test('a 503 that remains is an answer like any other', async (t) => {
  const site = await serve(t, () => ({ status: 503, html: 'Closed' }))
  const clock = stopped()
  const http = open(site.url, clock)
  t.after(() => http.close())
  const request = { url: new URL(site.url), phase: 'anonymous', jar: NO_CREDENTIALS } as const
  assert.equal((await http.send(request)).status, 503)
  assert.equal(site.seen.length, 4)
  assert.equal((await http.send(request)).status, 503)
  assert.equal(site.seen.length, 5)
})

test('a wait that the time limit does not allow is not begun', async (t) => {
  const site = await serve(t, () => ({ status: 503, html: 'Busy', headers: { 'retry-after': '30' } }))
  const clock = stopped()
  const http = open(site.url, clock, { timeLimit: 20 })
  t.after(() => http.close())
  const request = { url: new URL(site.url), phase: 'anonymous', jar: NO_CREDENTIALS } as const
  await assert.rejects(http.send(request), { code: 'budget_spent', message: /--time-limit/ })
  assert.deepEqual(clock.waits, [])
})
