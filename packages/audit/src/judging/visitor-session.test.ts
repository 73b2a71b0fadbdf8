import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookie, fileOf, gathered, https } from '../../test/sample-evidence.ts'
import { visitorOf } from '../../test/visitor-evidence.ts'
import type { Evidence, Gathered, VisitorEvidence } from '../evidence/evidence.ts'
import { judge } from './judge.ts'

const passive = { status: 'skipped', reason: 'passive' } as const
const bad = [
  cookie('sid', { httpOnly: false }, { phase: 'anonymous' }),
  cookie('theme', { httpOnly: false, secure: false }, { phase: 'anonymous' }),
]

function verdicts(visitor: Gathered<VisitorEvidence>, isPassive = true) {
  const without: Partial<Evidence> = { carrier: passive, cookies: gathered(bad), visitor }
  const file = { ...fileOf(without), target: { ...https, passive: isPassive } }
  const report = judge(file, { finishedAt: '2026-11-29T12:00:00.000Z' })
  return {
    report,
    of: (id: string) => report.checks.find((check) => check.id === id),
  }
}

test('what was proved to be a visitor’s session is judged, and no other cookie', () => {
  const { report, of } = verdicts(gathered(visitorOf('sid')))
  assert.deepEqual(report.visitorSession, ['sid'])
  assert.deepEqual(
    of('cookie-httponly')?.findings.map(({ where }) => where),
    ['cookie sid'],
  )
  assert.equal(of('cookie-secure')?.verdict, 'pass')
  assert.deepEqual(report.carriers, [], 'nobody was signed in')
})

test('a control that did not hold leaves it undecided', () => {
  const visitor = visitorOf('sid')
  const [one] = visitor.cookies
  const broken = { name: 'known again', expected: 'known again', seen: 'given new ones', held: false }
  assert.ok(one)
  const { of } = verdicts(gathered({ ...visitor, cookies: [{ ...one, controls: [broken] }] }))
  assert.equal(of('cookie-httponly')?.verdict, 'inconclusive')
})

test('a cookie that only resembles a session is inconclusive, others are skipped, each with what was seen', () => {
  const [one] = visitorOf('sid').cookies
  assert.ok(one)
  const unproved = (resembles: boolean) =>
    gathered({ ...visitorOf(), cookies: [{ ...one, provedBy: null, resembles, why: 'sid is kept' }] })
  const alike = verdicts(unproved(true)).of('cookie-httponly')
  assert.deepEqual([alike?.verdict, alike?.findings], ['inconclusive', []])
  assert.match(alike?.reason ?? '', /sid is kept/)
  const other = verdicts(unproved(false)).of('cookie-httponly')
  assert.equal(other?.verdict, 'skipped')
  assert.match(other?.reason ?? '', /nothing shows that sid/)
  assert.match(verdicts(gathered(visitorOf())).of('id-length')?.reason ?? '', /no cookie was given/)
})

test('a failed step is no skip, and an audit that signed in does not look at a visitor’s session', () => {
  const failed = { status: 'failed', reason: 'the site went away' } as const
  assert.equal(verdicts(failed).of('cookie-httponly')?.verdict, 'inconclusive')
  assert.equal(verdicts(gathered(visitorOf('sid')), false).of('cookie-httponly')?.verdict, 'skipped')
})
