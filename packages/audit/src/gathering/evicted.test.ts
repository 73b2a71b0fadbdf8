import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noWait, value } from '../../test/audit-site.ts'
import { cappedSite } from '../../test/capped-site.ts'
import { serve } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import { judge } from '../judging/judge.ts'
import { gather } from './gather.ts'

test('where the audit’s own visitors end its user’s session, that is proved and said, and it goes on with one', async (t) => {
  // With three the page that tells users from visitors is not the same each time, with four what carries the session.
  for (const cap of [3, 4]) {
    for (const isVulnerable of [false, true]) {
      const site = await serve(t, cappedSite({ cap, isVulnerable }))
      const file = await gather({ url: site.url, ...USER }, noWait)
      assert.equal(value(file, 'oracle').evictedBy, 8)
      const { checks, notes, outcome } = judge(file, { finishedAt: '' })
      assert.match(
        notes?.join() ?? '',
        /keeps only a few sessions of one address: 8 visitors of the audit ended/,
      )
      assert.equal(outcome, 'decided')
      const verdict = (id: string) => checks.find((each) => each.id === id)?.verdict
      assert.equal(verdict('logout'), isVulnerable ? 'fail' : 'pass', `${cap} ${isVulnerable}`)
      assert.equal(verdict('fixation'), 'pass')
      const failed = checks.filter((each) => each.verdict === 'fail').map(({ id }) => id)
      assert.deepEqual(failed, isVulnerable ? ['logout'] : [])
    }
  }
})

test('elsewhere nothing of it is tried or said', async (t) => {
  const site = await serve(t, sessionSite())
  const file = await gather({ url: site.url, ...USER }, noWait)
  assert.equal(value(file, 'oracle').evictedBy, undefined)
})
