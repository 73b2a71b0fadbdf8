import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { Command } from 'commander'
import { type LoginFlags, loginOptionsFrom, withLoginOptions } from './login-options.ts'
import { isLiteral, valueReader } from './secret.ts'

function read(...args: readonly string[]) {
  const command = withLoginOptions(new Command()).exitOverride()
  return loginOptionsFrom(command.parse([...args], { from: 'user' }).opts<LoginFlags>(), valueReader())
}

test('a value is what was typed, or in the environment or a file', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-'))
  t.after(() => rm(directory, { recursive: true }))
  const file = join(directory, 'secret')
  await writeFile(file, 'of=a file\n\r\n')
  process.env.LATCHKEY_TEST_VALUE = 'of the environment'
  t.after(() => delete process.env.LATCHKEY_TEST_VALUE)
  const { fields } = await read(
    ...[
      '--field',
      'a=b=c',
      '--field',
      'd=',
      '--field',
      'e=env:LATCHKEY_TEST_VALUE',
      '--field',
      `f=file:${file}`,
    ],
  )
  assert.deepEqual(fields, { a: 'b=c', d: '', e: 'of the environment', f: 'of=a file\n' })
})

test('where there is none, the option says so', async () => {
  for (const [typed, message] of [
    ['a=env:LATCHKEY_TEST_MISSING', /^--field a .*LATCHKEY_TEST_MISSING, which is not set/],
    ['a=file:/nowhere/at/all', /^--field a .*cannot be read \(ENOENT\)/],
    ['=a', /written NAME=VALUE/],
  ] as const) {
    await assert.rejects(async () => read('--field', typed), { code: 'usage', message })
  }
})

test('what stands on the command line can be read by others', () => {
  assert.deepEqual(['-', 'env:A', 'file:a', 'environment', '--'].map(isLiteral), [
    false,
    false,
    false,
    true,
    true,
  ])
})

test('standard input is one value, and no second one', async () => {
  const reader = valueReader(async () => 'typed\n')
  assert.equal(await reader('--cookie', '-'), 'typed')
  await assert.rejects(reader('--field a', '-'), {
    code: 'usage',
    message: /^--cookie and --field a cannot both/,
  })
})

test('a header has a name and a value, which may be elsewhere too', async (t) => {
  process.env.LATCHKEY_TEST_VALUE = 'Basic abc'
  t.after(() => delete process.env.LATCHKEY_TEST_VALUE)
  const { headers } = await read(
    '--header',
    'X-A: b: c ',
    '--header',
    'Authorization:env:LATCHKEY_TEST_VALUE',
  )
  assert.deepEqual(headers, { 'X-A': 'b: c', Authorization: 'Basic abc' })
  await assert.rejects(async () => read('--header', 'X-A'), {
    code: 'usage',
    message: /written "NAME: VALUE"/,
  })
})
