import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { serve } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { type Times, timedSite } from '../../../test/timed-site.ts'
import { movedClock } from '../../../twins/serve/moved-clock.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import type { AuditOptions } from '../../options/options.ts'

const MINUTE = 60
const HOUR = 3600
const both = { idleTimeout: 30 * MINUTE, absoluteTimeout: 8 * HOUR }

async function timed(t: TestContext, times: Times, options: Partial<AuditOptions>) {
  const clock = movedClock()
  const site = await serve(t, timedSite(clock, times).routes)
  const cost = { requests: 0, logins: 0 }
  const events: { state: string; requests: number; logins: number }[] = []
  const file = await gather(
    {
      ...{ url: site.url, ...USER, ...options },
      onProgress: (event) => {
        if (event.step === 'timeouts') events.push(event)
      },
    },
    clock,
  )
  const [first, last] = [events[0], events.at(-1)]
  if (first && last) {
    cost.requests = last.requests - first.requests
    cost.logins = last.logins - first.logins
  }
  const { checks } = judge(file, { finishedAt: '2026-11-29T00:00:00Z' })
  const of = (id: string) => {
    const found = checks.find((check) => check.id === id)
    return `${found?.verdict}: ${found?.reason}`
  }
  return { file, cost, idle: of('idle-timeout'), absolute: of('absolute-timeout') }
}

test('both timeouts are there', async (t) => {
  const { idle, absolute } = await timed(t, { idle: 30 * MINUTE, absolute: 8 * HOUR }, both)
  assert.match(idle, /^pass: Ended between 27 minutes and 31 minutes after its last use/)
  assert.match(
    absolute,
    /^pass: Ended between 8 hours and 8 hours 2 minutes after its login.*begun later lives/,
  )
})

test('sessions that end sooner are within the policy too', async (t) => {
  const { idle, absolute } = await timed(t, { idle: 20 * MINUTE, absolute: 5 * HOUR }, both)
  assert.match(idle, /^pass: Ended between 15 minutes and 27 minutes/)
  assert.match(absolute, /^pass: Ended between 5 hours and 5 hours 15 minutes/)
})

test('nothing ends an unused session but its age', async (t) => {
  const { idle, absolute } = await timed(t, { idle: null, absolute: 8 * HOUR }, both)
  assert.match(idle, /^fail: A session was still alive 31 minutes after its last use/)
  assert.match(absolute, /^pass/)
})

test('a session that is used lives for ever', async (t) => {
  const { idle, absolute } = await timed(t, { idle: 30 * MINUTE, absolute: null }, both)
  assert.match(idle, /^pass/)
  assert.match(absolute, /^fail: A session was still alive 8 hours 2 minutes after its login/)
})

test('what a browser forgets, a copy has', async (t) => {
  const { idle } = await timed(t, { idle: null, absolute: null, maxAge: 600 }, { idleTimeout: 30 * MINUTE })
  assert.match(idle, /^fail: .*Browsers forget its cookie 10 minutes after/)
})

test('an idle timeout of half an hour takes at most 40 requests and 6 logins', async (t) => {
  for (const idle of [30 * MINUTE, null]) {
    const { cost } = await timed(t, { idle, absolute: null }, { idleTimeout: 30 * MINUTE })
    assert.ok(cost.requests <= 40 && cost.logins <= 6, JSON.stringify(cost))
  }
})

test('a time limit that is over sooner says until when it lived, and never that there is no timeout', async (t) => {
  const { idle, absolute } = await timed(
    t,
    { idle: null, absolute: null },
    { ...both, timeLimit: 20 * MINUTE },
  )
  assert.match(idle, /^inconclusive: still alive after 19 minutes/)
  assert.match(absolute, /^inconclusive: still alive after 19 minutes/)
})

test('where a user has one session, one comes after the other', async (t) => {
  const asked = { idleTimeout: 30 * MINUTE }
  const sound = await timed(t, { idle: 30 * MINUTE, absolute: null, limit: 1 }, asked)
  assert.match(sound.idle, /^pass: Ended between 15 minutes and 31 minutes.*looked at earlier was alive/)
  const endless = await timed(t, { idle: null, absolute: null, limit: 1 }, asked)
  assert.match(endless.idle, /^fail: A session was still alive 31 minutes/)
  const used = await timed(t, { idle: null, absolute: 8 * HOUR, limit: 1 }, both)
  assert.match(used.absolute, /^inconclusive: no session could be used/)
})

test('where a user has two or three, the telling ones are looked at', async (t) => {
  for (const limit of [2, 3]) {
    const { idle } = await timed(
      t,
      { idle: 30 * MINUTE, absolute: null, limit },
      { idleTimeout: 30 * MINUTE },
    )
    assert.match(idle, /^pass/)
  }
})

test('a timeout far shorter than what was named is not told from a restart', async (t) => {
  const { idle } = await timed(t, { idle: 2 * MINUTE, absolute: null }, { idleTimeout: 30 * MINUTE })
  assert.match(idle, /^inconclusive: Ended within 15 minutes.*name the time that the site really has/)
})

test('without an absolute timeout, how often a session is used may be the reason', async (t) => {
  const { absolute } = await timed(t, { idle: 3 * MINUTE, absolute: null }, { absoluteTimeout: 8 * HOUR })
  assert.match(absolute, /^inconclusive: Ended between .*an idle timeout may be the reason/)
})
