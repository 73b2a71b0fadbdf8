import assert from 'node:assert/strict'
import test from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { broken, carriedBy, cookie, fileOf, gathered, saw } from '../../test/sample-evidence.ts'
import { judge } from '../judging/judge.ts'
import { renderText } from './text.ts'

const at = { finishedAt: '2026-11-23T09:12:44.120Z' }
const report = judge(
  fileOf({
    carrier: gathered(carriedBy('sid')),
    cookies: gathered([cookie('sid', { httpOnly: false, sameSite: null, lifetimeSeconds: 1e9 })]),
    logout: gathered({
      how: { method: 'POST', url: '/logout', found: 'a form' },
      browserAfter: saw('anonymous', 10),
      replays: [{ set: ['sid'], afterMs: 0, seen: saw('signed-in', 11) }],
      controls: [],
    }),
    fixation: gathered({
      noneBeforeLogin: true,
      trials: [
        { variant: 'chosen', names: ['sid'], rotated: true, replay: saw('anonymous'), controls: [broken] },
      ],
    }),
    idInUrl: { status: 'skipped', reason: 'there is no \u001b[31mcookie\u001b[0m to look for' },
    framework: gathered({ name: 'php', defaultNames: [], headers: [] }),
  }),
  at,
)

test('failures come worst first, then inconclusive, skipped and passed, then one line of summary', () => {
  const text = renderText(report)
  const places = ['HIGH  logout', 'MEDIUM  cookie-httponly', 'LOW  cookie-samesite', 'LOW  cookie-lifetime']
  const order = [...places, '\ninconclusive', '\nskipped', '\npassed'].map((words) => text.indexOf(words))
  assert.ok(!order.includes(-1), String(order))
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  )
  const last = text.trimEnd().split('\n').at(-1)
  const { length } = report.checks
  assert.equal(
    last,
    `${length} checks: 4 failed (worst: high), 1 inconclusive, 2 skipped, ${length - 7} passed`,
  )
})

test('what the audit asked of the site is said, and nothing where that is not known', () => {
  const took = { requests: 58, logins: 5, seconds: 12.4, waitedSeconds: 0 }
  assert.match(renderText({ ...report, took }), /\ntook: {6}58 requests, 5 logins, 12\.4 s\n/)
  const waited = renderText({ ...report, took: { ...took, waitedSeconds: 8 } })
  assert.match(waited, /12\.4 s, 8 s of them waiting as the site asked\n/)
  assert.doesNotMatch(renderText(report), /took/)
})

test('a failure shows where, what, how to fix it in general and here, and how to see it again', () => {
  const text = renderText(report)
  assert.match(text, /where {2}cookie sid/)
  assert.match(text, /WSTG-SESS-06 ASVS-7\.4\.1 CWE-613/)
  assert.match(text, /session_destroy/)
  assert.match(text, /again {2}curl -i/)
})

test('the first line says whether it was really signed in, and what is missing for that', () => {
  const first = (of: typeof report) => renderText(of).split('\n')[0]
  assert.match(first(report) ?? '', /^Signed in with a form \(https:/)
  const named = { account: 'ada', how: 'with a form', page: null, provedBy: null }
  assert.equal(first({ ...report, signedIn: named }), 'Signed in as ada with a form, which nothing proved.')
  assert.equal(first({ ...report, signedIn: null }), 'Not signed in.')
  const passive = { ...report, target: { ...report.target, passive: true } }
  assert.match(first(passive) ?? '', /^Not signed in, as asked/)
  const { signedIn: _, life: __, ...earlier } = report
  assert.match(first(earlier) ?? '', /earlier version/)
})

test('what somebody can do comes with the failure, and what a control is', () => {
  assert.match(renderText(report), /HIGH {2}logout .*\n {2}risk {3}A copy of the session/)
  const proved = { ...report, checks: report.checks.map((check) => ({ ...check, controls: [broken] })) }
  assert.match(renderText(proved), /\ncontrols: A control is a look/)
})

test("a site's own words cannot steer the terminal", () => {
  assert.doesNotMatch(renderText(report), /\u001b/)
  assert.match(renderText(report), /\\x1b\[31mcookie/)
})

test('colour only when asked, and it changes no letter', () => {
  const coloured = renderText(report, { colour: true })
  assert.match(coloured, /\u001b\[/)
  assert.equal(stripVTControlCharacters(coloured), renderText(report))
})

test('lines stay within the width, but for curl lines that must be copied whole', () => {
  for (const line of renderText(report).split('\n')) {
    assert.ok(line.length <= 96 || line.includes('curl '), `${line.length}: ${line}`)
  }
})

test('checks with one reason between them are named together', () => {
  const passive = judge(
    fileOf({
      carrier: { status: 'skipped', reason: 'passive' },
      logout: { status: 'skipped', reason: 'passive' },
    }),
    at,
  )
  const [, skipped = ''] = renderText(passive).split('\nskipped\n')
  assert.match(
    skipped,
    /^ {2}logout, (?:.*\n {2})?.*id-exposed, cookie-httponly,.*\n(?: {2}.*\n)? {19}passive\n\n/,
  )
})
