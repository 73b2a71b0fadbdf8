import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { sessionSite } from '../../../test/session-site.ts'
import { judge } from '../../judging/judge.ts'
import type { AuditOptions } from '../../options/options.ts'

async function predictable(url: string, more: Partial<AuditOptions> = {}) {
  const file = await audit(url, more)
  const { checks } = judge(file, { finishedAt: '2026-11-29T00:00:00Z' })
  const [shape] = value(file, 'idShape').carriers
  return { shape, check: checks.find(({ id }) => id === 'id-predictable') }
}

test('the digest of a counter looks random, and the next one is told', async (t) => {
  let last = 31_000
  const site = await serve(t, sessionSite({ makeId: () => hash('sha1', String(++last)) }))
  const { shape, check } = await predictable(site.url)
  assert.equal(shape?.nominalBits, 160)
  assert.deepEqual([shape?.prediction?.asked, shape?.prediction?.hits], [1, 1])
  assert.equal(check?.severity, 'critical')
  assert.match(check?.reason ?? '', /sha1 of a counter: the next one was one of 64 values/)
})

test('the digest of the time is told, however many were seen before', async (t) => {
  const site = await serve(t, sessionSite({ makeId: () => hash('sha1', String(Date.now())) }))
  const { check } = await predictable(site.url)
  assert.match(check?.reason ?? '', /sha1 of the milliseconds since 1970/)
})

test('a rule that stops to hold when it is tried is no finding', async (t) => {
  let issued = 0
  const makeId = () => hash('sha1', String(issued < 8 ? 31_000 + issued++ : Math.random()))
  const site = await serve(t, { 'GET /only': () => ({}), ...sessionSite({ makeId }) })
  const { check } = await predictable(site.url)
  assert.notEqual(check?.verdict, 'fail')
})

test('short IDs are told several times in a row before that proves anything', async (t) => {
  let last = 4_200_000
  const site = await serve(t, sessionSite({ makeId: () => String(++last) }))
  const { shape, check } = await predictable(site.url)
  const { asked = 0, hits } = shape?.prediction ?? {}
  assert.ok(asked > 1 && asked === hits, `${hits} of ${asked}`)
  assert.match(check?.reason ?? '', /each of the next \d was one of \d+ values.*once in 2\^4\d times/)
})

test('random IDs are not told, and as many are collected as is asked for', async (t) => {
  const site = await serve(t, sessionSite())
  const { shape, check } = await predictable(site.url, { idSamples: 60 })
  assert.equal(check?.verdict, 'pass')
  assert.equal(shape?.prediction, null)
  assert.ok((shape?.samples ?? 0) >= 60)
  assert.ok((shape?.shownBits ?? 0) > 50, `${shape?.shownBits}`)
  assert.equal(shape?.nominalBits, 192)
})
