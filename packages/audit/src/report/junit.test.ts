import assert from 'node:assert/strict'
import test from 'node:test'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import { judge } from '../judging/judge.ts'
import { renderJunit } from './junit.ts'

const hostile = `]]></failure><testcase name="x"/>&\u0000\u001b\ufffe\ud800"'`
const report = judge(
  fileOf({
    carrier: gathered(carriedBy(hostile)),
    cookies: gathered([cookie(hostile, { httpOnly: false })]),
    logout: { status: 'failed', reason: hostile },
    tokens: { status: 'skipped', reason: hostile },
  }),
  { finishedAt: '2026-11-29T09:00:00.000Z' },
)
const xml = renderJunit(report)

test('each check is a case, with its verdict by the documented rule', () => {
  const count = (pattern: RegExp) => xml.match(pattern)?.length ?? 0
  assert.equal(count(/<testcase /g), report.checks.length)
  assert.equal(count(/<failure type="medium"/g), 1)
  assert.equal(count(/<error type="inconclusive"/g), report.summary.inconclusive)
  assert.equal(count(/<skipped message=/g), report.summary.skipped)
  assert.ok(report.summary.inconclusive > 0 && report.summary.skipped > 0)
  const { summary } = report
  assert.match(
    xml,
    new RegExp(`failures="${summary.fail}" errors="${summary.inconclusive}" skipped="${summary.skipped}"`),
  )
})

test('what a site says is text, and no character is one that XML refuses', () => {
  assert.ok(xml.includes(']]&gt;&lt;/failure&gt;&lt;testcase name=&quot;x&quot;/&gt;&amp;\\x00\\x1b'))
  assert.doesNotMatch(xml, /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|\p{Surrogate}/u)
})
