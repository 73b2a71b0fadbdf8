import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { Mutant } from './mutants/mutant.ts'
import { mutants } from './mutants/mutants.ts'

// Every law is tested by breaking it: each mutant is a copy of the session layer with one fault, on which the laws
// run against the memory store. A mutant that no named test notices is a law without a test.

let folder = ''
let original = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-mutants-'))
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  original = await copy('original')
})
after(() => rm(folder, { recursive: true }))

async function copy(name: string): Promise<string> {
  const target = join(folder, name)
  await cp('packages/session/src', join(target, 'src'), { recursive: true })
  await writeFile(join(target, 'package.json'), '{ "type": "module" }')
  return target
}

const laws = 'src/stores/memory/memory.test.ts'

/**
 * Names of the tests that fail on a copy.
 * @param names what the tests to run begin with; all of the file's when there are none
 */
async function failing(target: string, file = laws, names: readonly string[] = []): Promise<string[]> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const chosen = names.map((name) => `--test-name-pattern=^${literally(name)}`)
  const bounds = ['--test-timeout=20000', '--test-reporter=tap', ...chosen]
  const child = spawn(process.execPath, ['--test', ...bounds, file], { cwd: target, env })
  const output = text(child.stdout)
  await once(child, 'exit')
  return [...(await output).matchAll(/^\s*not ok \d+ - (.*)$/gm)].map(([, name = '']) => name)
}

function literally(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

async function plant({ file, from, to }: Mutant, target: string): Promise<void> {
  const path = join(target, 'src', file)
  const source = await readFile(path, 'utf8')
  assert.equal(source.split(from).length, 2, `${file} must hold exactly once: ${from}`)
  await writeFile(
    path,
    source.replace(from, () => to),
  )
}

test('unchanged, every law holds', async () => {
  assert.deepEqual(await failing(original), [])
})

test('every one of the ten laws has a mutant', () => {
  const laws = new Set(mutants.flatMap(({ law }) => (typeof law === 'number' ? [law] : [])))
  assert.deepEqual(
    [...laws].sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  )
})

for (const [index, mutant] of mutants.entries()) {
  test(`${typeof mutant.law === 'number' ? `law ${mutant.law}` : mutant.law} notices: ${mutant.fault}`, async () => {
    const target = await copy(`mutant-${index}`)
    await plant(mutant, target)
    const failed = await failing(target, mutant.test, mutant.noticedBy)
    const unnoticed = mutant.noticedBy.filter((name) => !failed.some((each) => each.startsWith(name)))
    if (unnoticed.length === 0) return
    const others = await failing(target, mutant.test)
    assert.fail(`"${unnoticed.join('", "')}" did not notice; these did: ${others.join('; ')}`)
  })
}
