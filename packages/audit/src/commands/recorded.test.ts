import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { auditOptionsFrom } from './options.ts'

const site = 'https://example.com/'
const curl = `curl ${site}login --data-raw 'email=ada&password=recorded-pass-1'`

function file(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'login')
  writeFileSync(path, text)
  return path
}

test('--login-from is read, and needs no other account; the kind is told by what is in it', async (t) => {
  const kindOf = async (text: string) =>
    (await auditOptionsFrom(site, { loginFrom: file(t, text) })).loginFrom?.kind
  assert.equal(await kindOf(curl), 'requests')
  assert.equal(await kindOf('{"cookies":[],"origins":[]}'), 'storage-state')
  const steps = [{ type: 'change', selectors: ['#password'], value: 'x' }]
  assert.equal(await kindOf(JSON.stringify({ title: 'Login', steps })), 'steps')
  const entry = { request: { method: 'GET', url: site, headers: [] } }
  assert.equal(await kindOf(JSON.stringify({ log: { entries: [entry] } })), 'requests')
})

test('--login-command is split into words', async () => {
  const { loginCommand } = await auditOptionsFrom(site, { loginCommand: `node 'sign in.mjs' --as "ada"` })
  assert.deepEqual(loginCommand, ['node', 'sign in.mjs', '--as', 'ada'])
})

test('what cannot be meant is wrong usage, and shows nothing of what was given', async (t) => {
  const storage = file(t, '{"cookies":[],"origins":[]}')
  const wrong = [
    [{ loginFrom: '/no/such/file' }, /cannot read .* \(ENOENT\)/],
    [{ loginFrom: file(t, 'secret-secret-1') }, /none of them/],
    [{ loginFrom: file(t, '{"log":{"entries":[]}}') }, /holds no request/],
    [{ loginFrom: file(t, 'curl ^"https://example.com/^"') }, /cmd\.exe/],
    [{ loginFrom: file(t, 'curl -u ada:secret-secret-1 https://example.com') }, /HTTP Basic/],
    [{ loginFrom: file(t, '{"steps":[{"type":"customStep"}]}') }, /customStep, which cannot be played/],
    [{ loginFrom: file(t, '{"steps":[{"type":"click"}]}') }, /nothing is typed/],
    [{ loginFrom: file(t, "curl 'https://example.com") }, /never closed/],
    [{ loginFrom: storage, password: 'secret-secret-1', username: 'ada' }, /needs no password/],
    [{ loginCommand: 'x', password: 'secret-secret-1', username: 'ada' }, /needs no password/],
    [{ loginCommand: 'cat secret-secret-1 | x' }, /without a shell/],
  ] as const
  for (const [flags, about] of wrong) {
    await assert.rejects(auditOptionsFrom(site, flags), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'usage', error.message)
      assert.match(error.message, about)
      assert.ok(!error.message.includes('secret-secret-1'))
      return true
    })
  }
})
