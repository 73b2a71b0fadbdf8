import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serve } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import { gather } from './gather.ts'
import { stepsFor } from './order.ts'
import { STEPS } from './steps.ts'

const url = 'http://127.0.0.1:1/'
const namesFor = (more: object) => stepsFor({ url, ...USER, ...more }).map(({ step }) => step)

test('every step is taken once, whatever the budget is', () => {
  for (const more of [{}, { maxLogins: 3 }, { maxRequests: 50 }, { passive: true, maxRequests: 15 }]) {
    assert.deepEqual(namesFor(more).toSorted(), STEPS.map(({ step }) => step).toSorted())
  }
})

test('a small budget goes to what checks of high severity rest on', () => {
  const usual = namesFor({})
  assert.ok(usual.indexOf('concurrentSessions') < usual.indexOf('fixation'))
  for (const more of [{ maxLogins: 3 }, { maxRequests: 60 }]) {
    const names = namesFor(more)
    for (const serious of ['fixation', 'logout', 'idInUrl'] as const) {
      assert.ok(names.indexOf(serious) < names.indexOf('concurrentSessions'), serious)
    }
  }
})

test('three logins are enough to decide fixation and logout', async (t) => {
  const site = await serve(t, sessionSite())
  const { evidence } = await gather({ url: site.url, ...USER, maxLogins: 3 }, { wait: async () => {} })
  assert.deepEqual([evidence.fixation.status, evidence.logout.status], ['gathered', 'gathered'])
  assert.equal(evidence.concurrentSessions.status, 'failed')
})
