import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import type { Severity } from '../judging/check.ts'
import { judge } from '../judging/judge.ts'
import { severities } from '../judging/severity.ts'
import { resultsOf, type Wanted } from './results.ts'

const names = Array.from({ length: 23 }, (_, at) => `sid${at}`)
const report = judge(
  fileOf({
    carrier: gathered(carriedBy(...names)),
    cookies: gathered(names.map((name) => cookie(name, { httpOnly: false }))),
  }),
  { finishedAt: '2026-01-01T00:00:00.000Z' },
)
// biome-ignore lint/suspicious/noExplicitAny: which members there are depends on what is wanted.
const page = (wanted: Wanted): any => resultsOf({ id: 'a1', report }, wanted)

test('findings come in pages, each once, with the controls of theirs', () => {
  const seen: string[] = []
  let pages = 0
  for (let offset: number | undefined = 0; offset !== undefined; pages++) {
    const { findings, findingsInAll, nextOffset, controls } = page({ offset })
    assert.ok(findings.length <= 10)
    assert.deepEqual(
      new Set(Object.keys(controls)),
      new Set(findings.map(({ check }: { check: string }) => check)),
    )
    seen.push(...findings.map((finding: object) => JSON.stringify(finding)))
    assert.ok(findingsInAll >= 23)
    if (nextOffset === undefined) assert.equal(seen.length, findingsInAll)
    offset = nextOffset
  }
  assert.ok(pages >= 3)
  const numbers = seen
    .map((finding) => JSON.parse(finding))
    .filter(({ check }) => check === 'cookie-httponly')
  assert.deepEqual(
    numbers.map(({ finding }) => finding),
    names.map((_, at) => at),
  )
  assert.equal(new Set(seen).size, seen.length)
  assert.equal(page({ limit: 2 }).findings.length, 2)
  assert.equal(page({ limit: seen.length - 1 }).nextOffset, seen.length - 1)
})

test('each level of detail says more than the one before, and no verdict goes missing', () => {
  const size = (wanted: Wanted) => JSON.stringify(page(wanted)).length
  const sizes = [size({ detail: 'verdicts' }), size({ limit: 3 }), size({ detail: 'all', limit: 3 })]
  assert.deepEqual(
    sizes,
    sizes.toSorted((x, y) => x - y),
  )
  for (const detail of ['verdicts', 'findings', 'all'] as const) {
    assert.deepEqual(
      page({ detail }).verdicts,
      Object.fromEntries(report.checks.map(({ id, verdict }) => [id, verdict])),
    )
  }
})

test('the worst comes first', () => {
  const ranks = page({ limit: 50 }).findings.map(({ severity }: { severity: Severity }) =>
    severities.indexOf(severity),
  )
  assert.deepEqual(
    ranks,
    ranks.toSorted((x: number, y: number) => x - y),
  )
})
