import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileOf } from '../../test/sample-evidence.ts'
import { judge } from '../judging/judge.ts'
import { deliver, formatOf } from './deliver.ts'

test('the name of a file says its format', () => {
  assert.deepEqual(['a.json', 'b/c.HTML', 'd.txt', 'e.htm'].map(formatOf), ['json', 'html', 'text', 'html'])
  for (const path of ['report', 'report.pdf', '.json/report', 'x.constructor'])
    assert.throws(() => formatOf(path), /its name says no format; let it end with \.text, \.json, \.html/)
})

test('the report is written to each file, in folders that are made', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [json, html, output] = [join(folder, 'a/b/r.json'), join(folder, 'a/r.html'), join(folder, 'out')]
  const report = judge(fileOf(), { finishedAt: '2026-11-29T09:00:00.000Z' })
  await deliver(report, { format: 'text', output, report: [json, html], quiet: true })
  assert.deepEqual(JSON.parse(readFileSync(json, 'utf8')), JSON.parse(JSON.stringify(report)))
  assert.match(readFileSync(html, 'utf8'), /^<!doctype html>/i)
  assert.match(readFileSync(output, 'utf8'), /^Session audit of/)
})
