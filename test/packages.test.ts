import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { installed } from '../scripts/installed.ts'
import { type PackedProject, packedProject } from '../scripts/packed-project.ts'
import { firstSession, startFirstSession, useFirstSession } from './first-session.ts'
import { entriesOf, linked, loads, typeCheck } from './packages/entries.ts'

// What a user gets: both packages are built, packed, and installed from the tarballs into an empty project.

let packed: PackedProject | undefined
let project = ''
let tarballs: readonly string[] = []

before(() => {
  packed = packedProject()
  project = packed.folder
  tarballs = packed.tarballs
})
after(() => packed?.remove())

const run = (command: string, args: readonly string[]) =>
  execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

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

const useBy = {
  import: { file: 'use.mjs', code: useSessions },
  require: {
    file: 'use.cjs',
    code: `(async () => {${useSessions.replaceAll(/import (.*) from (.*)/g, 'const $1 = require($2)')}})()`,
  },
}

/** What `latchkey-audit mcp` of the packed package answers when a check is to be explained. */
function explain(node: string) {
  const command = join(project, 'node_modules', '@latchkey', 'audit', 'lib', 'cli.js')
  const clientInfo = { name: 'test', version: '0' }
  const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
  const messages = [
    { id: 1, method: 'initialize', params: hello },
    { id: 2, method: 'tools/call', params: { name: 'explain', arguments: { check: 'logout' } } },
  ]
  const input = messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('')
  return spawnSync(node, [command, 'mcp'], { cwd: project, input, encoding: 'utf8' })
}

function explains(node: string): void {
  const without = explain(node)
  assert.deepEqual([without.status, without.stdout], [3, ''])
  assert.match(without.stderr, /npm install @modelcontextprotocol\/sdk/)
  const sdk = join(project, 'node_modules', '@modelcontextprotocol')
  symlinkSync(resolve('node_modules/@modelcontextprotocol'), sdk)
  try {
    const { status, stdout, stderr } = explain(node)
    assert.deepEqual([status, stderr], [0, ''])
    const [, answer] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.match(answer.result.structuredContent.proved, /sent alone from a clean client/)
  } finally {
    rmSync(sdk)
  }
}

function use(node: string, way: keyof typeof useBy): string {
  const { file, code } = useBy[way]
  writeFileSync(join(project, file), code)
  return run(node, [file])
}

for (const way of ['import', 'require'] as const) {
  test(`the packed packages work on the Node of this repository, by ${way}`, () => {
    assert.match(use(process.execPath, way), /used on v24.* \$argon2id/)
  })
}

test('every entry can be imported, and required', () => {
  loads(process.execPath, project)
})

test('every entry type-checks without skipLibCheck, and what the declaration tests say holds of the package', () => {
  for (const [name, entry] of [
    ['latchkey', 'latchkey/tokens/hono'],
    ['@latchkey/audit', '@latchkey/audit/testing'],
  ] as const)
    assert.ok(entriesOf(project, name).includes(entry))
  const unlink = linked(project, ['hono', 'jose', '@types'])
  try {
    assert.equal(typeCheck(project), '')
  } finally {
    unlink()
  }
})

test('latchkey-audit mcp says what to install, and then explains a check from the package alone', () => {
  explains(process.execPath)
})

describe('on the oldest Node', () => {
  let node = ''
  before(() => {
    node = join(installed('test/node-22'), '.bin', 'node')
  })

  for (const way of ['import', 'require'] as const) {
    test(`the packed packages work by ${way}; passwords say which version has argon2`, () => {
      assert.match(use(node, way), /used on v22\.18\.0 argon2_un/)
    })
  }

  test('every entry can be imported, and required', () => {
    loads(node, project)
  })

  test('the command runs', () => {
    const command = join(project, 'node_modules', '@latchkey', 'audit', 'lib', 'cli.js')
    assert.match(run(node, [command, '--help']), /latchkey-audit/)
  })

  test('latchkey-audit mcp too', () => {
    explains(node)
  })

  for (const file of ['server.mjs', 'server.cjs'] as const) {
    test(`the README’s first session works as ${file}`, async () => {
      writeFileSync(join(project, file), firstSession[file])
      await useFirstSession([node, file], project)
    })
  }
})

for (const [file, code] of Object.entries(firstSession)) {
  test(`the README’s first session works as ${file}`, async () => {
    writeFileSync(join(project, file), code)
    await useFirstSession([process.execPath, file], project)
  })
}

test('the README of the auditor audits the first session, and finds nothing wrong', async (t) => {
  const site = await startFirstSession([process.execPath, 'server.mjs'], project)
  t.after(() => site.stop())
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('packages/audit/README.md', 'utf8')) ?? []
  writeFileSync(join(project, 'audit.mjs'), code.replace('https://example.com', site.url))
  const env = { ...process.env, LATCHKEY_PASSWORD: site.password }
  const child = spawn(process.execPath, ['audit.mjs'], {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const verdicts = await text(child.stdout)
  assert.match(verdicts, /^logout: pass\./m)
  assert.doesNotMatch(verdicts, /^[\w-]+: (fail|inconclusive)\./m)
})

test('the command is installed under its name', () => {
  assert.match(run('npx', ['--no-install', 'latchkey-audit', '--help']), /latchkey-audit/)
})

test('latchkey brings no dependency along', () => {
  const manifest = JSON.parse(readFileSync(join(project, 'node_modules', 'latchkey', 'package.json'), 'utf8'))
  assert.deepEqual([manifest.dependencies, manifest.devDependencies], [undefined, undefined])
})

test('a package has its own README and changelog, the license, words to find it by, and nothing of its making', () => {
  for (const name of ['latchkey', '@latchkey/audit']) {
    const folder = join(project, 'node_modules', name)
    const { version, keywords, ...manifest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    assert.deepEqual(
      readdirSync(folder).toSorted(),
      [
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'lib', 'package.json'],
        ...(name === '@latchkey/audit' ? ['schemas'] : []),
      ].toSorted(),
    )
    assert.match(readFileSync(join(folder, 'README.md'), 'utf8'), new RegExp(`^# ${name}\n`))
    assert.match(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), new RegExp(`^## ${version}\\b`, 'm'))
    assert.ok(keywords.length > 5)
    assert.deepEqual([manifest.private, manifest.scripts], [undefined, undefined])
  }
})

describe('npm makes no package of the sources', () => {
  const npm = (...args: string[]) => spawnSync('npm', args, { encoding: 'utf8' })

  for (const [args, remedy] of [
    [['pack', '-w', 'latchkey'], 'npm pack ./packages/session/dist'],
    [['pack', '-w', '@latchkey/audit'], 'npm pack ./packages/audit/dist'],
    [['publish', '--dry-run', '-w', 'latchkey'], 'npm publish ./packages/session/dist'],
  ] as const) {
    test(`npm ${args.join(' ')} refuses, and says what to run`, () => {
      const { status, stdout, stderr } = npm(...args)
      assert.notEqual(status, 0)
      assert.ok(stderr.includes(`run npm run build, then ${remedy}`), stderr)
      assert.doesNotMatch(stdout, /\.tgz|^\+ /m)
    })
  }

  test('without scripts too, npm publish leaves both out', () => {
    const { stdout, stderr } = npm(
      'publish',
      '--dry-run',
      '--ignore-scripts',
      '-w',
      'latchkey',
      '-w',
      '@latchkey/audit',
    )
    assert.equal(stderr.match(/Skipping workspace .* marked as private/g)?.length, 2, stderr)
    assert.doesNotMatch(stdout, /^\+ /m)
  })
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
