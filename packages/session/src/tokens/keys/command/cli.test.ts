import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readKeySet } from '../key-set.ts'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'latchkey-keys-'))
after(() => rm(folder, { recursive: true }))

async function run(args: readonly string[]) {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [cli, ...args], {
    env: { PATH, NODE_COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [[status], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ])
  return { status, stdout, stderr }
}

test('new makes a file for its owner alone, and never overwrites one; rotate rotates it', async () => {
  const file = join(folder, 'keys.json')
  const made = await run(['new', file, '--lifetime', '15m'])
  assert.deepEqual([made.status, made.stderr], [0, ''])
  assert.match(made.stdout, /: EdDSA [\w-]{43} current; EdDSA [\w-]{43} next\n$/)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const document = JSON.parse(await readFile(file, 'utf8'))
  assert.equal(readKeySet(document).lifetime, 900)

  const again = await run(['new', file])
  assert.equal(again.status, 1)
  assert.match(again.stderr, /is there already/)
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), document)

  const early = await run(['rotate', file])
  assert.deepEqual([early.status, early.stdout], [2, ''])
  assert.match(early.stderr, /--at-once/)
  const rotated = await run(['rotate', file, '--at-once'])
  assert.deepEqual([rotated.status, rotated.stderr], [0, ''])
  assert.match(rotated.stdout, /current; EdDSA [\w-]{43} next; EdDSA [\w-]{43} retired\n$/)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(folder), ['keys.json'], 'nothing is left beside it')

  const secrets = document.keys.map(({ d }: { d: string }) => d)
  for (const { stdout, stderr } of [made, again, early, rotated])
    for (const secret of secrets) assert.ok(!stdout.includes(secret) && !stderr.includes(secret))
})

test('two rotations at once: one says that the other is under way, and no key is lost', async () => {
  const file = join(folder, 'twice.json')
  await run(['new', file])
  const before: { kid: string }[] = JSON.parse(await readFile(file, 'utf8')).keys
  await writeFile(`${file}.lock`, '')
  const blocked = await run(['rotate', file, '--at-once'])
  assert.equal(blocked.status, 1)
  assert.match(blocked.stderr, /another rotation is under way/)
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')).keys, before)
})

test('without a file, new prints one line for an environment variable', async () => {
  const { status, stdout } = await run(['new', '--alg', 'ES256,HS256'])
  assert.equal(status, 0)
  assert.match(stdout, /^\{.*\}\n$/)
  const { keys } = readKeySet(JSON.parse(stdout))
  assert.deepEqual(
    keys.map(({ algorithm }) => algorithm),
    ['ES256', 'ES256', 'HS256', 'HS256'],
  )
})

test('wrong use: exit code 2, and one line that says what to do', async () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /say new or rotate/],
    [['old'], /say new or rotate/],
    [['new', 'a', 'b'], /at most one file/],
    [['rotate'], /say which file/],
    [['rotate', 'a', '--alg', 'ES256'], /--alg/],
    [['new', '--at-once'], /--at-once/],
    [['new', '--alg', 'none'], /EdDSA, ES256, RS256, HS256/],
    [['new', '--lifetime', 'soon'], /lifetime/],
    [['new', '--bits', '1024'], /--bits/],
  ]
  for (const [args, about] of wrong) {
    const { status, stdout, stderr } = await run(args)
    assert.deepEqual([status, stdout], [2, ''], args.join(' '))
    assert.match(stderr, about)
    assert.match(stderr, /^latchkey-keys: [^\n]+\n$/)
  }
  const missing = await run(['rotate', join(folder, 'none.json')])
  assert.equal(missing.status, 1)
  const help = await run(['--help'])
  assert.deepEqual([help.status, help.stderr], [0, ''])
})
