import assert from 'node:assert/strict'
import test from 'node:test'
import { carriedBy, fileOf, gathered } from '../../test/sample-evidence.ts'
import type { CarrierEvidence } from '../evidence/evidence.ts'
import { renderers } from '../report/index.ts'
import { judge } from './judge.ts'

function reportOf(changes: Partial<CarrierEvidence>) {
  const carrier = gathered({ ...carriedBy('sid', 'route'), ...changes })
  return judge(fileOf({ carrier }), { finishedAt: '2026-11-29T00:00:00.000Z' })
}

test('a trial that ended the session is said, in every format', () => {
  const report = reportOf({ ended: [{ sent: ['sid'], exchange: 7 }] })
  assert.match(report.notes.join(), /with sid alone: the audit signed in again once/)
  for (const render of Object.values(renderers)) {
    assert.match(render(report).replace(/\s+/g, ' '), /signed in again once/)
  }
})

test('a name that changes is said', () => {
  assert.match(reportOf({ renamed: ['s*'] }).notes.join(), /s\* changes/)
})

test('what is needed and no secret is said', () => {
  assert.match(reportOf({ companions: ['route'] }).notes.join(), /^route is needed/)
  assert.deepEqual(reportOf({}).notes, [])
})

test('what each login had to confirm is said', () => {
  const fields = { loginUrl: null, action: null, usernameField: null, passwordField: null, otherFields: [] }
  const signIn = gathered({
    method: 'form',
    ...fields,
    exchanges: [],
    confirmed: ['the terms at /gate'],
  } as const)
  const { notes } = judge(fileOf({ signIn }), { finishedAt: '2026-11-29T00:00:00.000Z' })
  assert.match(notes.join(), /had something to confirm, and did: the terms at \/gate/)
})
