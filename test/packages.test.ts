import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

// What a user gets: both packages are built, packed, and installed from the tarballs into an empty project.

const folder = mkdtempSync(join(tmpdir(), 'latchkey-packages-'))
const project = join(folder, 'project')
const run = (command: string, args: readonly string[], cwd: string) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

let tarballs: string[] = []

before(() => {
  run(process.execPath, ['scripts/build.ts'], '.')
  for (const name of ['session', 'audit']) {
    run('npm', ['pack', '--pack-destination', folder], resolve('packages', name, 'dist'))
  }
  tarballs = readdirSync(folder)
    .filter((file) => file.endsWith('.tgz'))
    .map((file) => join(folder, file))
  mkdirSync(project)
  const manifest = { name: 'project', type: 'module', private: true, allowScripts: { node: true } }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  run('npm', ['install', '--no-audit', '--no-fund', ...tarballs], project)
})
after(() => rmSync(folder, { recursive: true, force: true }))

const useSessions = `
  import assert from 'node:assert/strict'
  import { createSessions, memoryStore } from 'latchkey'
  import { fetchSession } from 'latchkey/fetch'
  import { nodeSession } from 'latchkey/node'
  import { expressSession } from 'latchkey/express'
  import { honoSession } from 'latchkey/hono'
  import { sqliteStore } from 'latchkey/sqlite'
  import { storeLaws } from 'latchkey/testing'
  import { hashPassword } from 'latchkey/password'
  for (const store of [memoryStore(), sqliteStore(':memory:')]) {
    const sessions = createSessions({ store })
    const handle = fetchSession(sessions, async (request, session) => {
      if (request.method === 'POST') await session.login('alice')
      return new Response(session.userId)
    })
    const login = await handle(new Request('https://example.com/', { method: 'POST' }))
    const cookie = login.headers.getSetCookie()[0].split(';')[0]
    const me = await handle(new Request('https://example.com/', { headers: { cookie } }))
    assert.equal(await me.text(), 'alice')
    await sessions.close()
  }
  for (const law of storeLaws(() => memoryStore())) await law.run()
  assert.ok([nodeSession, expressSession, honoSession].every((adapter) => typeof adapter === 'function'))
  const hashed = await hashPassword('x').catch((error) => error.code)
  assert.match(hashed, /^\\$argon2id|^argon2_unavailable$/)
  console.log('used on', process.version, hashed.slice(0, 9))
`

function use(node: string): string {
  writeFileSync(join(project, 'use.js'), useSessions)
  return run(node, ['use.js'], project)
}

test('the packed packages work on the Node of this repository', () => {
  assert.match(use(process.execPath), /used on v24.* \$argon2id/)
})

describe('on Node 22', () => {
  const node22 = join(folder, 'node22')
  before(() => {
    mkdirSync(node22)
    writeFileSync(
      join(node22, 'package.json'),
      JSON.stringify({ private: true, allowScripts: { node: true } }),
    )
    run('npm', ['install', '--no-audit', '--no-fund', 'node@22'], node22)
  })
  const node = () => join(node22, 'node_modules', '.bin', 'node')

  test('the packed packages work; passwords say which version has argon2', () => {
    assert.match(use(node()), /used on v22.* argon2_un/)
  })

  test('the command runs', () => {
    const command = join(project, 'node_modules', '@latchkey', 'audit', 'lib', 'cli.js')
    assert.match(run(node(), [command, '--help'], project), /latchkey-audit/)
  })
})

test('the command is installed under its name', () => {
  assert.match(run('npx', ['--no-install', 'latchkey-audit', '--help'], project), /latchkey-audit/)
})

test('latchkey brings no dependency along', () => {
  const manifest = JSON.parse(readFileSync(join(project, 'node_modules', 'latchkey', 'package.json'), 'utf8'))
  assert.deepEqual([manifest.dependencies, manifest.devDependencies], [undefined, undefined])
})

test('publint and are-the-types-wrong find nothing in either package', async () => {
  for (const path of tarballs) {
    const tarball = readFileSync(path)
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(tarball).buffer },
      strict: true,
    })
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
      path,
    )
    const types = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)))
    // ESM only, on purpose: CommonJS loads it by require(esm), which Node 22.12 and later have.
    const problems = types.types
      ? types.problems.filter(({ kind }) => kind !== 'CJSResolvesToESM' && kind !== 'NoResolution')
      : []
    assert.deepEqual(problems, [], path)
    assert.notEqual(types.types, false, `${path} has no types`)
  }
})
