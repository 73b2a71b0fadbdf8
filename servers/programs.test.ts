import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeFolder, removeFolder } from './guard.ts'
import { findProgram, programPath } from './programs.ts'

const variable = 'LATCHKEY_TEST_PROGRAM'

async function folderWith(t: TestContext, name: string, mode: number): Promise<string> {
  const folder = await makeFolder()
  t.after(() => removeFolder(folder))
  await writeFile(join(folder, name), '')
  await chmod(join(folder, name), mode)
  return folder
}

test('a program is what its variable names, else on the PATH, else in its folders', async (t) => {
  const folder = await folderWith(t, 'node', 0o755)
  const ours = { variable, folders: () => [folder] }
  assert.match(findProgram({ ...ours, program: 'node' }) ?? '', /node$/)
  assert.notEqual(findProgram({ ...ours, program: 'node' }), join(folder, 'node'))
  process.env[variable] = join(folder, 'node')
  t.after(() => delete process.env[variable])
  assert.equal(findProgram({ ...ours, program: 'node' }), join(folder, 'node'))
})

test('a program is looked for in its folders, and must be executable', async (t) => {
  const wanted = { program: 'latchkey-no-such-program', variable }
  const folder = await folderWith(t, wanted.program, 0o755)
  assert.equal(findProgram({ ...wanted, folders: () => [folder] }), join(folder, wanted.program))
  const plain = await folderWith(t, wanted.program, 0o644)
  assert.equal(findProgram({ ...wanted, folders: () => [plain] }), null)
  assert.throws(
    () => programPath(wanted),
    /latchkey-no-such-program is not installed; set LATCHKEY_TEST_PROGRAM/,
  )
})
