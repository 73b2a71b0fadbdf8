import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import { judge } from '../judging/judge.ts'
import { renderJson } from './json.ts'

const report = judge(
  fileOf({ carrier: gathered(carriedBy('sid')), cookies: gathered([cookie('sid', { httpOnly: false })]) }),
  { finishedAt: '2026-11-23T09:00:00.000Z' },
)

test('what is parsed is the report itself', () => {
  assert.deepEqual(JSON.parse(renderJson(report)), report)
  assert.ok(renderJson(report).endsWith('}\n'))
})

test('every member is in docs/report-schema.md', () => {
  const page = readFileSync(new URL('../../../../docs/report-schema.md', import.meta.url), 'utf8')
  const members = new Set<string>()
  JSON.stringify(report, (key, value: unknown) => {
    if (key !== '' && !/^\d+$/.test(key)) members.add(key)
    // The names in it are the site's own.
    return key === 'sentCookies' ? {} : value
  })
  assert.ok(members.size > 30)
  for (const member of members) assert.match(page, new RegExp(`\\b${member}\\b`), member)
})
