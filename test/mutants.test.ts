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

/** Names of the laws that fail on a copy. */
async function failing(target: string, file = 'src/stores/memory/memory.test.ts'): Promise<string[]> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, ['--test', '--test-timeout=20000', '--test-reporter=tap', file], {
    cwd: target,
    env,
  })
  const output = text(child.stdout)
  await once(child, 'exit')
  return [...(await output).matchAll(/^\s*not ok \d+ - (.*)$/gm)].map(([, name = '']) => name)
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
    const failed = await failing(target, mutant.test)
    for (const name of mutant.noticedBy) {
      assert.ok(
        failed.some((each) => each.startsWith(name)),
        `"${name}" did not notice; these did: ${failed.join('; ')}`,
      )
    }
  })
}
