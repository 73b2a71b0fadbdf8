import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))
const cwd = mkdtempSync(join(tmpdir(), 'latchkey-'))
after(() => rmSync(cwd, { recursive: true }))
const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [cli, ...args], { cwd, encoding: 'utf8', timeout: 30_000 })
const accepted = () => JSON.parse(readFileSync(join(cwd, 'latchkey.baseline.json'), 'utf8')).accepted

const cookies = gathered([cookie('sid', { sameSite: 'None', httpOnly: false })])
writeFileSync(join(cwd, 'e.json'), JSON.stringify(fileOf({ carrier: gathered(carriedBy('sid')), cookies })))
const because = ['--reason', 'LK-7', '--expires', '2999-01-01']
const judge = ['--from-evidence', 'e.json', '--baseline', 'latchkey.baseline.json']

test('the findings of a report are accepted one after the other, and no longer fail', () => {
  assert.equal(run('--from-evidence', 'e.json', '--format', 'json', '-o', 'report.json').status, 1)
  const first = run('baseline', 'report.json', ...because, '--check', 'cookie-samesite')
  assert.equal(first.status, 0, first.stderr)
  assert.match(first.stdout, /accepted until 2999-01-01:\n {2}cookie-samesite: cookie sid\n/)
  assert.equal(run(...judge).status, 1)
  assert.equal(run('baseline', 'report.json', '--reason', 'LK-8', '--expires', '2998-01-01').status, 0)
  assert.deepEqual(
    accepted().map(({ check, reason }: Record<string, string>) => [check, reason]),
    [
      ['cookie-httponly', 'LK-8'],
      ['cookie-samesite', 'LK-8'],
    ],
  )
  const { status, stdout } = run(...judge)
  assert.equal(status, 0)
  assert.match(stdout, /known {2}accepted until 2998-01-01: LK-8/)
})

test('wrong usage: exit code 2, and what to do', () => {
  writeFileSync(
    join(cwd, 'damaged.json'),
    '{"schema":"latchkey-baseline/1","accepted":[{"fingerprint":"x"}]}',
  )
  for (const [args, about] of [
    [['report.json', '--reason', 'x'], /--expires/],
    [['report.json', '--reason', ' ', '--expires', '2999-01-01'], /must not be empty/],
    [['report.json', '--reason', 'x', '--expires', '2999-02-30'], /is a day/],
    [['report.json', '--reason', 'x', '--expires', '2020-01-01'], /is over/],
    [['none.json', ...because], /cannot read the report none.json/],
    [['e.json', ...because], /report/],
    [['report.json', ...because, '--check', 'logout'], /no such finding/],
    [['report.json', ...because, '-o', 'damaged.json'], /accepted\[0\]\.fingerprint must be 16 hex digits/],
  ] as const) {
    const { status, stderr } = run('baseline', ...args)
    assert.equal(status, 2, stderr)
    assert.match(stderr, about)
  }
})
