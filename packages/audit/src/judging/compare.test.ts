import assert from 'node:assert/strict'
import test from 'node:test'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import type { CookieAttributes, Evidence } from '../evidence/evidence.ts'
import { comparisonRenderers } from '../report/comparison.ts'
import { compareReports, worseThan } from './compare.ts'
import { judge } from './judge.ts'

const at = { finishedAt: '2026-11-29T09:00:00.000Z' }

function reportOf(attributes: Partial<CookieAttributes>, changes: Partial<Evidence> = {}) {
  const own = { carrier: gathered(carriedBy('sid')), cookies: gathered([cookie('sid', attributes)]) }
  return judge(fileOf({ ...own, ...changes }), at)
}

const checksOf = (found: readonly { readonly check: string }[]) => found.map(({ check }) => check)

test('new, fixed and unchanged, by fingerprint', () => {
  const said = compareReports(
    reportOf({ httpOnly: false, sameSite: null }),
    reportOf({ sameSite: null, secure: false }),
  )
  assert.deepEqual([said.new, said.fixed, said.unchanged, said.changed, said.unknown].map(checksOf), [
    ['cookie-secure'],
    ['cookie-httponly'],
    ['cookie-samesite'],
    [],
    [],
  ])
  assert.deepEqual(checksOf(worseThan(said, 'medium')), ['cookie-secure'])
  assert.deepEqual(worseThan(said, 'critical'), [])
  assert.deepEqual(worseThan(said, 'none'), [])
})

test('what the later audit came to no verdict about is not fixed', () => {
  const later = reportOf({}, { carrier: { status: 'failed', reason: 'budget spent' } })
  const said = compareReports(reportOf({ httpOnly: false }), later)
  assert.deepEqual([checksOf(said.fixed), checksOf(said.unknown)], [[], ['cookie-httponly']])
  assert.match(said.unknown[0]?.reason ?? '', /inconclusive: budget spent/)
})

test('of another severity it is changed, and counts where it has become so bad', () => {
  const [short, long] = [reportOf({ lifetimeSeconds: 2 * 86400 }), reportOf({ lifetimeSeconds: 1e9 })]
  const worse = compareReports(short, long)
  assert.deepEqual(
    worse.changed.map(({ was, severity }) => [was, severity]),
    [['info', 'low']],
  )
  assert.equal(worseThan(worse, 'low').length, 1)
  assert.equal(worseThan(worse, 'info').length, 0)
  assert.equal(worseThan(compareReports(long, short), 'info').length, 0)
})

test('every form says what is new, and a site cannot steer the terminal by it', () => {
  const odd = judge(
    fileOf({
      carrier: gathered(carriedBy('s\u001b[31m')),
      cookies: gathered([cookie('s\u001b[31m', { httpOnly: false })]),
    }),
    at,
  )
  const said = compareReports(reportOf({}), odd)
  for (const render of Object.values(comparisonRenderers)) assert.match(render(said), /cookie-httponly/)
  assert.doesNotMatch(comparisonRenderers.text(said), /\u001b/)
  assert.doesNotMatch(comparisonRenderers.markdown(said), /\u001b/)
})
