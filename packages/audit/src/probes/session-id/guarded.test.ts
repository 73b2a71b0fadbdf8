import assert from 'node:assert/strict'
import { createHmac, hash } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { sessionSite } from '../../../test/session-site.ts'
import { judge } from '../../judging/judge.ts'
import { isOpenDigest, withOtherEnd } from './guarded.ts'

async function judged(url: string) {
  const file = await audit(url)
  const { checks } = judge(file, { finishedAt: '2026-11-29T00:00:00Z' })
  const verdict = (id: string) => checks.find((check) => check.id === id)?.verdict
  return {
    guarded: value(file, 'idShape').carriers[0]?.guarded,
    verdicts: [verdict('id-predictable'), verdict('id-length')],
  }
}

test('a counter whose signature is checked opens nothing', async (t) => {
  let last = 41_000_000
  const makeId = () => `${++last}.${createHmac('sha256', 'of this site').update(String(last)).digest('hex')}`
  const site = await serve(t, sessionSite({ makeId }))
  assert.deepEqual(await judged(site.url), { guarded: true, verdicts: ['pass', 'pass'] })
})

test('one whose digest anybody can make is told', async (t) => {
  let last = 41_000_000
  const makeId = () => `${++last}.${hash('sha256', String(last))}`
  const site = await serve(t, sessionSite({ makeId }))
  const { guarded, verdicts } = await judged(site.url)
  assert.deepEqual([guarded, verdicts[0]], [undefined, 'fail'])
})

test('what stands behind the ID', () => {
  assert.equal(withOtherEnd('41.abc'), '41.cba')
  assert.equal(withOtherEnd('s%3A41.abbc%3D'), 's%3A41.cbba%3D')
  assert.equal(withOtherEnd('41.abba'), '41.baab')
  assert.ok(isOpenDigest(`s:41.${hash('sha1', '41', 'base64')}`))
  assert.ok(!isOpenDigest(`41.${hash('sha1', '42')}`))
})
