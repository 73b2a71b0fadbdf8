import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { Mutant } from './mutant.ts'
import { mutants } from './mutants.ts'

// Every law is tested by breaking it: each mutant is a copy of the session layer with one fault, on which the laws
// run against the memory store. A mutant that no named test notices is a law without a test.

// One copy for all mutants: Node compiles again only the file that one of them changes.
let copy = ''

before(async () => {
  copy = await mkdtemp(join(tmpdir(), 'latchkey-mutants-'))
  await symlink(resolve('node_modules'), join(copy, 'node_modules'))
  await cp('packages/session/src', join(copy, 'src'), { recursive: true })
  await writeFile(join(copy, 'package.json'), '{ "type": "module" }')
})
after(() => rm(copy, { recursive: true }))

const laws = 'src/stores/memory/memory.test.ts'

/**
 * Names of the tests that fail on the copy.
 * @param names what the tests to run begin with; all of the file's when there are none
 */
async function failing(file = laws, names: readonly string[] = []): Promise<string[]> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const chosen = names.map((name) => `--test-name-pattern=^${literally(name)}`)
  const bounds = ['--test-timeout=20000', '--test-reporter=tap', ...chosen]
  const child = spawn(process.execPath, [...bounds, file], { cwd: copy, env, timeout: 60_000 })
  const output = text(child.stdout)
  await once(child, 'exit')
  return [...(await output).matchAll(/^\s*not ok \d+ - (.*)$/gm)].map(([, name = '']) => name)
}

function literally(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** Plants a mutant's fault in the copy; what it returns takes the fault out again. */
async function plant({ file, from, to }: Mutant): Promise<() => Promise<void>> {
  const path = join(copy, 'src', file)
  const source = await readFile(path, 'utf8')
  assert.equal(source.split(from).length, 2, `${file} must hold exactly once: ${from}`)
  await writeFile(
    path,
    source.replace(from, () => to),
  )
  return () => writeFile(path, source)
}

test('unchanged, every law holds', async () => {
  assert.deepEqual(await failing(), [])
})

test('every one of the ten laws has a mutant', () => {
  const laws = new Set(mutants.flatMap(({ law }) => (typeof law === 'number' ? [law] : [])))
  assert.deepEqual(
    [...laws].sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )
})

for (const mutant of mutants) {
  test(`${typeof mutant.law === 'number' ? `law ${mutant.law}` : mutant.law} notices: ${mutant.fault}`, async (t) => {
    t.after(await plant(mutant))
    const failed = await failing(mutant.test, mutant.noticedBy)
    const unnoticed = mutant.noticedBy.filter((name) => !failed.some((each) => each.startsWith(name)))
    if (unnoticed.length === 0) return
    const others = await failing(mutant.test)
    assert.fail(`"${unnoticed.join('", "')}" did not notice; these did: ${others.join('; ')}`)
  })
}
