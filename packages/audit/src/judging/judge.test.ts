import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { verdictOf } from '../../test/check-table.ts'
import { carriedBy, cookie, fileOf, gathered, held, saw } from '../../test/sample-evidence.ts'
import { checks } from '../checks/index.ts'
import type { Control, Evidence, EvidenceFile, EvidenceName } from '../evidence/evidence.ts'
import { renderers } from '../report/index.ts'
import type { Check } from './check.ts'
import { judge } from './judge.ts'

const at = { finishedAt: '2026-11-23T09:00:00.000Z' }

/** Evidence with plenty in it, each kind of finding among it. */
const rich = fileOf({
  carrier: gathered({ ...carriedBy('connect.sid', 'remember'), controls: [held, held] }),
  cookies: gathered([
    cookie('connect.sid', { httpOnly: false, sameSite: null }),
    cookie('remember', { domain: 'example.com', lifetimeSeconds: 1e9 }, { widerThanHost: true }),
    cookie('theme', { secure: false }),
  ]),
  fixation: gathered({
    noneBeforeLogin: false,
    trials: [
      {
        variant: 'issued',
        names: ['connect.sid'],
        rotated: false,
        replay: saw('signed-in', 9),
        controls: [held],
      },
      {
        variant: 'chosen',
        names: ['connect.sid'],
        rotated: true,
        replay: saw('anonymous', 9),
        controls: [held],
      },
    ],
  }),
  framework: gathered({
    name: 'express-session',
    defaultNames: [{ cookie: 'connect.sid', framework: 'express-session' }],
    headers: [],
  }),
})

test('good evidence passes every check', () => {
  const report = judge(fileOf(), at)
  assert.deepEqual(
    report.checks.map((check) => [check.id, check.verdict]),
    checks.map((check) => [check.id, 'pass']),
  )
  assert.deepEqual(report.summary, { pass: checks.length, fail: 0, inconclusive: 0, skipped: 0, worst: null })
  assert.deepEqual(report.carriers, [{ names: ['__Host-session'] }])
})

test('the same evidence makes the same report', () => {
  assert.equal(JSON.stringify(judge(rich, at)), JSON.stringify(judge(structuredClone(rich), at)))
})

test("findings come worst first, with the recognised framework's fix", () => {
  const report = judge(rich, at)
  const fixation = report.checks.find((check) => check.id === 'fixation')
  assert.match(fixation?.findings[0]?.frameworkFix ?? '', /regenerate/)
  assert.equal(report.summary.worst, 'high')
  for (const check of report.checks) {
    if (check.verdict === 'fail') assert.equal(check.severity, check.findings[0]?.severity)
  }
})

test('a framework named like a member of every object has no fix of its own', () => {
  const file = { ...rich, evidence: { ...rich.evidence } }
  file.evidence.framework = gathered({ name: 'constructor', defaultNames: [], headers: [] })
  for (const check of judge(file, at).checks) {
    for (const finding of check.findings) assert.equal(finding.frameworkFix, null)
  }
})

test('every exchange that a check names is in the report, and no other', () => {
  const report = judge(rich, at)
  const named = new Set(report.checks.flatMap((check) => check.exchanges))
  assert.deepEqual(new Set(report.exchanges.map((exchange) => exchange.id)), named)
  assert.ok(named.size > 0)
})

test('missing evidence: skipped stays skipped, failed is inconclusive, each with its reason', () => {
  for (const name of Object.keys(fileOf().evidence) as EvidenceName[]) {
    for (const [status, verdict] of [
      ['skipped', 'skipped'],
      ['failed', 'inconclusive'],
    ] as const) {
      const report = judge(fileOf({ [name]: { status, reason: 'because' } }), at)
      for (const [index, check] of checks.entries()) {
        if (!check.needs.includes(name)) continue
        assert.equal(report.checks[index]?.verdict, verdict, `${check.id} without ${name}`)
        assert.equal(report.checks[index]?.reason, 'because')
      }
    }
  }
})

test('a failure to gather outweighs a skip', () => {
  const changes: Partial<Evidence> = {
    carrier: { status: 'skipped', reason: 'not asked for' },
    cookies: { status: 'failed', reason: 'the network broke' },
  }
  const httpOnly = judge(fileOf(changes), at).checks.find((check) => check.id === 'cookie-httponly')
  assert.equal(httpOnly?.verdict, 'inconclusive')
  assert.equal(httpOnly?.reason, 'the network broke')
})

test('a check that throws is inconclusive and the others are judged', () => {
  const throwing: Check = { ...firstCheck(), id: 'throws', judge: () => JSON.parse('{') }
  const report = judge(fileOf(), { ...at, checks: [throwing, ...checks] })
  assert.equal(report.checks[0]?.verdict, 'inconclusive')
  assert.equal(report.summary.pass, checks.length)
})

test('a careless check cannot pass on a control that did not hold', () => {
  const control: Control = { name: 'x', expected: 'a', seen: 'b', held: false }
  const careless: Check = {
    ...firstCheck(),
    judge: () => ({ verdict: 'pass', reason: 'fine', controls: [control] }),
  }
  assert.equal(judge(fileOf(), { ...at, checks: [careless] }).checks[0]?.verdict, 'inconclusive')
})

test('property: whatever the evidence says, every check gives a verdict and every renderer renders', () => {
  fc.assert(
    fc.property(mutated(), (file) => {
      const report = judge(file, at)
      assert.equal(report.checks.length, checks.length)
      const { pass, fail, inconclusive, skipped } = report.summary
      assert.equal(pass + fail + inconclusive + skipped, checks.length)
      for (const render of Object.values(renderers)) assert.ok(render(report).length > 0)
    }),
    { numRuns: 150 },
  )
})

test('property: a control that did not hold never yields a pass', () => {
  fc.assert(
    fc.property(mutated(), fc.nat(), fc.constantFrom(...withControls), (file, which, name) => {
      const broken = breakControl(file, name, which)
      if (broken === null) return
      for (const check of checks) {
        if (!check.needs.includes(name)) continue
        // The check itself, without the judge around it, which would turn a careless pass away.
        const { verdict } = verdictOf(check, broken.evidence, broken.target)
        assert.notEqual(verdict, 'pass', `${check.id} passed with a broken control of ${name}`)
      }
    }),
    { numRuns: 300 },
  )
})

const withControls = [
  'carrier',
  'fixation',
  'strictIds',
  'logout',
  'logoutGet',
  'crossSiteRequest',
  'concurrentSessions',
  'reauthentication',
  'passwordChange',
  'tokens',
] as const satisfies readonly EvidenceName[]

/** The rich or the good evidence with members replaced by ones of the same type, lists shuffled or cut. */
function mutated(): fc.Arbitrary<EvidenceFile> {
  return fc
    .tuple(fc.constantFrom(rich, fileOf()), fc.array(fc.nat(9999), { minLength: 400, maxLength: 400 }))
    .map(([file, choices]) => ({ ...file, evidence: mutate(file.evidence, choices.values()) as Evidence }))
}

const words = [
  'signed-in',
  'anonymous',
  'unclear',
  'login',
  'logout',
  'Lax',
  'None',
  '',
  'connect.sid',
  '\u001b[2J',
]
/** What says which kind of evidence it is stays; everything that was observed may change. */
const kept = new Set(['status', 'variant', 'where', 'adoptedBy'])

function mutate(value: unknown, choices: Iterator<number>, key = ''): unknown {
  const choice = choices.next().value ?? 0
  const change = choice % 5 === 0
  if (Array.isArray(value)) {
    const items = value.map((item) => mutate(item, choices, key))
    return change ? items.toReversed().slice(choice % (items.length + 1)) : items
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, mutate(item, choices, name)]),
    )
  }
  if (!change || kept.has(key)) return value
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return [0, 1, -1, 63, 127, 1e12][choice % 6]
  if (typeof value === 'string') return words[choice % words.length]
  return value
}

/** Breaks one control of the named evidence; null when it has none. */
function breakControl(
  file: EvidenceFile,
  name: (typeof withControls)[number],
  which: number,
): EvidenceFile | null {
  const copy: EvidenceFile = structuredClone(file)
  const lists: { held: boolean }[][] = []
  JSON.stringify(copy.evidence[name], (key, value: unknown) => {
    if (key === 'controls' && Array.isArray(value)) lists.push(value)
    return value
  })
  const controls = lists.flat()
  const chosen = controls[which % Math.max(1, controls.length)]
  if (chosen === undefined) return null
  chosen.held = false
  return copy
}

function firstCheck(): Check {
  const first = checks[0]
  assert.ok(first)
  return first
}
