import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { cli } from '../../test/mcp-server.ts'
import { mcpCommand } from '../commands/mcp.ts'
import { AuditError } from '../options/errors.ts'

/** Without an SDK, as for those who did not install it: whoever asks for it is told what Node tells. */
const WITHOUT_SDK = `import { registerHooks } from 'node:module'
registerHooks({ resolve(specifier, context, next) {
  if (!specifier.startsWith('@modelcontextprotocol/sdk')) return next(specifier, context)
  throw Object.assign(new Error("Cannot find package '@modelcontextprotocol/sdk'"), { code: 'ERR_MODULE_NOT_FOUND' })
} })`

function run(args: readonly string[], flags: readonly string[] = []) {
  return spawnSync(process.execPath, [...flags, cli, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, PW: 'hunter2-very-secret' },
    input: '',
    timeout: 30_000,
  })
}

const without = ['--import', `data:text/javascript,${encodeURIComponent(WITHOUT_SDK)}`]

test('without the SDK: exit code 3, one line, and what to install', () => {
  const { status, stdout, stderr } = run(['mcp'], without)
  assert.deepEqual(
    [status, stdout, stderr],
    [3, '', 'latchkey-audit: mcp needs @modelcontextprotocol/sdk: npm install @modelcontextprotocol/sdk\n'],
  )
})

test('no other command wants it', () => {
  const planned = run(['http://127.0.0.1:1/', '--passive', '--dry-run'], without)
  assert.deepEqual([planned.status, planned.stderr], [0, ''])
  assert.equal(run(['mcp', '--help'], without).status, 0)
})

test('what cannot be allowed as it was written: exit code 2, one line', () => {
  const { status, stdout, stderr } = run(['mcp', '--secret', 'ALICE=env:PW'])
  assert.deepEqual([status, stdout], [2, ''])
  assert.match(stderr, /^latchkey-audit: --secret ALICE needs --allow-origin[^\n]+\n$/)
})

test('what is wrong is said by name, and no secret with it', async () => {
  const site = ['--allow-origin', 'https://a.example']
  for (const [args, words] of [
    [['--allow-origin', 'a.example'], /--allow-origin must be an http or https URL/],
    [['--allow-origin', 'https://a.example/admin'], /without a path, such as https:\/\/a\.example/],
    [['--login-origin', 'https://a.example/?x'], /--login-origin wants an origin/],
    [[...site, '--secret', 'ALICE=hunter2-very-secret'], /NAME=env:VARIABLE/],
    [[...site, '--secret', 'ALICE=-'], /NAME=env:VARIABLE/],
    [[...site, '--secret', 'ALICE=env:NOBODY_SET_THIS'], /NOBODY_SET_THIS, which is not set/],
    [[...site, '--secret', 'ALICE=file:/nowhere/at/all'], /cannot be read \(ENOENT\)/],
    [[...site, '--secret', 'ALICE@https://b.example=env:PATH'], /is no --allow-origin/],
    [[...site, '--allow-origin', 'https://b.example', '--secret', 'A=env:PATH'], /say which of the origins/],
    [['--reports', '/nowhere/at/all'], /--reports wants a folder/],
  ] as const) {
    const command = mcpCommand(() => assert.fail('it was taken'))
    await assert.rejects(command.parseAsync(args, { from: 'user' }), (error) => {
      assert.ok(error instanceof AuditError && error.code === 'usage', String(error))
      assert.match(error.message, words)
      assert.ok(!error.message.includes('hunter2'))
      return true
    })
  }
})
