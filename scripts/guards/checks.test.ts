import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { faultsOf } from './checks.ts'

const page =
  '# a-check\n\n## What is proved\n\n## Controls\n\n## What a fail means\n\n## How to fix it\n\n## References\n\nWSTG-SESS-01, ASVS-7.2.3, CWE-331\n'

/** Writes checks and pages into an empty directory, and guards them. */
async function guard(t: TestContext, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const directory of ['checks', 'pages']) mkdirSync(join(root, directory))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
  return await faultsOf(join(root, 'checks'), join(root, 'pages'))
}

function index(
  id: string,
  refs: readonly string[] = ['WSTG-SESS-01', 'ASVS-7.2.3', 'CWE-331'],
  risk = 'Somebody gets in.',
): string {
  return `export const checks = [${JSON.stringify({ id, refs, risk })}]\n`
}

const complete = {
  'checks/a-check.ts': '',
  'checks/a-check.test.ts': '',
  'checks/index.ts': index('a-check'),
  'pages/a-check.md': page,
}

test('a complete check draws nothing', async (t) => {
  assert.deepEqual(await guard(t, complete), [])
})

test('a missing test, page or entry is named', async (t) => {
  const { 'checks/a-check.test.ts': _, 'pages/a-check.md': __, ...rest } = complete
  const faults = await guard(t, { ...rest, 'checks/b-check.ts': '', 'checks/b-check.test.ts': '' })
  assert.deepEqual(faults, [
    'a-check: there is no a-check.test.ts',
    'b-check: no check of this id is in index.ts',
    'a-check: there is no page a-check.md',
  ])
})

test('an id that is not the name of its file is named', async (t) => {
  const faults = await guard(t, { ...complete, 'checks/index.ts': index('other') })
  assert.ok(faults.includes('other: there is no other.ts'))
  assert.ok(faults.includes('a-check.md: is the page of no check'))
})

test('each of the three sources is wanted, in the check and on its page', async (t) => {
  const faults = await guard(t, {
    ...complete,
    'checks/index.ts': index('a-check', ['WSTG-SESS-02', 'CWE-x']),
  })
  assert.equal(faults.filter((fault) => fault.includes('no ref is like')).length, 2)
  assert.ok(faults.includes('a-check: its page does not name WSTG-SESS-02'))
})

test('a check that does not say what somebody can do with it is named', async (t) => {
  const without = { ...complete, 'checks/index.ts': index('a-check', undefined, '') }
  assert.deepEqual(await guard(t, without), ['a-check: its risk is no sentence'])
})

test('a page without its sections is named', async (t) => {
  const faults = await guard(t, { ...complete, 'pages/a-check.md': page.replace('## Controls\n', '') })
  assert.match(faults.join(), /sections are not/)
})

test('a fix that the report gives is on the page, word for word', async (t) => {
  const index = `export const checks = [{ id: 'a-check', refs: ['WSTG-SESS-01', 'ASVS-7.2.3', 'CWE-331'], risk: 'Somebody gets in.', fixes: { php: 'Do it.' } }]\n`
  assert.deepEqual(await guard(t, { ...complete, 'checks/index.ts': index }), [
    'a-check: its page lacks the fix for php',
  ])
  const fixed = page.replace('## References', '- **php**: Do it.\n\n## References')
  assert.deepEqual(await guard(t, { ...complete, 'checks/index.ts': index, 'pages/a-check.md': fixed }), [])
})
