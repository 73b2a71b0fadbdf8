import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const faulty = {
    carrier: gathered(carriedBy('sid')),
    cookies: gathered([cookie('sid', { httpOnly: false })]),
  }
  writeFileSync(join(folder, 'sound.json'), JSON.stringify(fileOf()))
  writeFileSync(join(folder, 'faulty.json'), JSON.stringify(fileOf(faulty)))
  return folder
}

function run(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('several reports of one run, each in its format, and the text where it always was', (t) => {
  const folder = folderOf(t)
  const reports = ['html=a.html', 'sarif=a.sarif', 'junit=a.xml', 'markdown=a.md', 'json=a.json']
  const { status, stdout, stderr } = run(
    folder,
    '--from-evidence',
    'faulty.json',
    ...reports.flatMap((report) => ['--report', report]),
    '--har',
    'a.har',
    '--source-file',
    'src/server.ts',
  )
  assert.equal(status, 1, stderr)
  assert.match(stdout, /MEDIUM {2}cookie-httponly/)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  assert.match(read('a.html'), /^<!doctype html>/)
  assert.match(read('a.xml'), /^<\?xml/)
  assert.match(read('a.md'), /^### Session audit/)
  assert.equal(JSON.parse(read('a.json')).schema, 'latchkey-report/1')
  assert.equal(JSON.parse(read('a.har')).log.version, '1.2')
  const [result] = JSON.parse(read('a.sarif')).runs[0].results
  assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, 'src/server.ts')
})

test('what cannot be meant is wrong usage, before anything is done', (t) => {
  const folder = folderOf(t)
  const wrong = [
    [['--report', 'pdf=a.pdf'], /FORMAT=FILE; formats are text, json, html/],
    [['--report', 'html'], /FORMAT=FILE/],
    [['--report', 'html=a', '--har', './a'], /named for two outputs/],
    [['--report', 'html=missing/a.html'], /cannot write missing\/a\.html \(ENOENT\)/],
    [['--source-file', '/etc/passwd'], /from the root of the repository/],
    [['--source-file', 'a/../../b'], /from the root of the repository/],
  ] as const
  for (const [args, about] of wrong) {
    const { status, stdout, stderr } = run(folder, '--from-evidence', 'faulty.json', ...args)
    assert.deepEqual([status, stdout], [2, ''], stderr)
    assert.match(stderr, about)
  }
  assert.ok(!existsSync(join(folder, 'a')))
})

test('compare: what is new fails, what is fixed does not, and a file that is no report says why', (t) => {
  const folder = folderOf(t)
  for (const name of ['sound', 'faulty']) {
    run(folder, '--from-evidence', `${name}.json`, '--format', 'json', '-o', `${name}.report`)
  }
  const worse = run(folder, 'compare', 'sound.report', 'faulty.report')
  assert.equal(worse.status, 1, worse.stderr)
  assert.match(worse.stdout, /\nnew\n {2}medium {3}cookie-httponly: cookie sid\n/)
  assert.equal(run(folder, 'compare', 'sound.report', 'faulty.report', '--fail-on', 'high').status, 0)
  const better = run(folder, 'compare', 'faulty.report', 'sound.report', '-f', 'json', '-o', 'c.json')
  assert.deepEqual([better.status, better.stdout], [0, ''], better.stderr)
  const said = JSON.parse(readFileSync(join(folder, 'c.json'), 'utf8'))
  assert.deepEqual([said.schema, said.new.length, said.fixed.length], ['latchkey-comparison/1', 0, 1])

  writeFileSync(join(folder, 'later'), '{"schema":"latchkey-report/2"}')
  writeFileSync(join(folder, 'broken'), '{"schema":"latchkey-report/1","checks":[{"id":7}]}')
  for (const [name, about] of [
    ['missing', /cannot read the report missing \(ENOENT\)/],
    ['sound.json', /sound\.json: this is evidence; --from-evidence/],
    ['later', /this is latchkey-report\/2, and this version reads latchkey-report\/1/],
    ['broken', /this report is damaged: report\./],
    ['c.json', /this is no report/],
  ] as const) {
    const { status, stderr } = run(folder, 'compare', 'sound.report', name)
    assert.equal(status, 2)
    assert.match(stderr, about)
  }
})
