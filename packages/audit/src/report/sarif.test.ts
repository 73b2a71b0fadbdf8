import assert from 'node:assert/strict'
import test from 'node:test'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import type { EvidenceFile } from '../evidence/evidence.ts'
import { judge } from '../judging/judge.ts'
import { renderSarif } from './sarif.ts'

const at = { finishedAt: '2026-11-29T09:00:00.000Z' }
const faulty = fileOf({
  carrier: gathered(carriedBy('sid')),
  cookies: gathered([cookie('sid', { httpOnly: false, sameSite: null })]),
  oracle: { status: 'failed', reason: 'x' },
})
const runOf = (file: EvidenceFile = faulty, options = {}) =>
  JSON.parse(renderSarif(judge(file, at), options)).runs[0]

test('each result has what GitHub needs to show it, and a rule', () => {
  const { results, tool } = runOf()
  assert.equal(results.length, 2)
  for (const result of results) {
    const { artifactLocation, region } = result.locations[0].physicalLocation
    assert.equal(artifactLocation.uri, 'README.md')
    assert.deepEqual(region, { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 })
    assert.match(result.partialFingerprints.primaryLocationLineHash, /^[0-9a-f]{16}:1$/)
    assert.match(result.level, /^(?:error|warning|note)$/)
    assert.equal(tool.driver.rules[result.ruleIndex].id, result.ruleId)
  }
  for (const rule of tool.driver.rules) {
    for (const { text } of [rule.shortDescription, rule.fullDescription, rule.help])
      assert.ok(text.length > 0 && text.length <= 1024)
    assert.ok(rule.help.markdown.includes('References'))
    const score = Number(rule.properties['security-severity'])
    assert.ok(score > 0 && score <= 10)
    assert.ok(rule.properties.tags.includes('security'))
  }
})

test('the fingerprints are those of the site at any other address', () => {
  const prints = (url: string) =>
    runOf({ ...faulty, target: { ...faulty.target, url, origin: url } }).results.map(
      ({ partialFingerprints }: { partialFingerprints: object }) => partialFingerprints,
    )
  assert.deepEqual(prints('http://127.0.0.1:4711'), prints('https://app.example.com'))
})

test('it ends when the audit did, also when it is judged again later', () => {
  const took = { requests: 1, logins: 1, seconds: 90.5, waitedSeconds: 0 }
  assert.equal(runOf({ ...faulty, took }).invocations[0].endTimeUtc, '2026-11-23T08:01:30.500Z')
  assert.equal(runOf().invocations[0].endTimeUtc, undefined)
})

test('the file that alerts are shown at can be named', () => {
  const [result] = runOf(faulty, { sourceFile: 'src/my server.ts' }).results
  assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, 'src/my%20server.ts')
})

test('a check without a verdict is no result, and is told', () => {
  const { results, invocations } = runOf({
    ...faulty,
    evidence: { ...faulty.evidence, logout: { status: 'failed', reason: 'it broke' } },
  })
  assert.ok(!results.some(({ ruleId }: { ruleId: string }) => ruleId === 'logout'))
  const told = invocations[0].toolExecutionNotifications.map(
    ({ message }: { message: { text: string } }) => message.text,
  )
  assert.ok(told.includes('logout is inconclusive: it broke'))
})
