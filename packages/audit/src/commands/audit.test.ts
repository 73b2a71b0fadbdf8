import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type PasswordChoices, passwordSite } from '../../test/password-site.ts'
import { serve } from '../../test/serve.ts'
import { USER } from '../../test/session-site.ts'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))

/** The command with --change-password, in a folder for temporary files of its own. */
async function changing(
  t: TestContext,
  choices: (child: () => ChildProcess) => PasswordChoices,
  args: readonly string[] = [],
) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  let child: ChildProcess | null = null
  const site = passwordSite(
    choices(() => {
      assert.ok(child)
      return child
    }),
  )
  const { url } = await serve(t, site.routes)
  const saved = join(folder, 'evidence.json')
  const own = ['--username', USER.username, '--change-password', '--save-evidence', saved, '--format', 'json']
  const running = spawn(process.execPath, [cli, url, ...own, ...args], {
    env: { PATH: process.env.PATH, LATCHKEY_PASSWORD: USER.password, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = running
  const [stdout, stderr, [status]] = await Promise.all([
    text(running.stdout),
    text(running.stderr),
    once(running, 'exit'),
  ])
  const said =
    stdout +
    stderr +
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('')
  for (const secret of [USER.password, ...site.history]) assert.ok(!said.includes(secret))
  const left = readdirSync(folder).filter((name) => name.startsWith('latchkey-recovery-'))
  return { site, folder, status, stdout, stderr, left }
}

test('--change-password: both checks, the password back, no file left', async (t) => {
  const { site, status, stdout, stderr, left } = await changing(t, () => ({ othersStay: true }))
  assert.equal(status, 1, stderr)
  const failed = JSON.parse(stdout).checks.filter(({ verdict }: { verdict: string }) => verdict === 'fail')
  assert.ok(failed.some(({ id }: { id: string }) => id === 'password-change-sessions'))
  assert.deepEqual([site.history.length, site.password(), left], [2, USER.password, []])
})

test('Ctrl-C in the middle of it: the password is put back first', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { site, status, stdout, stderr, left } = await changing(t, (child) => ({
      refuses: (_, times) => {
        if (times === 1) child().kill(signal)
        return null
      },
    }))
    assert.deepEqual([status, stdout], [3, ''])
    assert.match(stderr, /changed back first.*\nlatchkey-audit: the audit was stopped\n$/)
    assert.deepEqual([site.history.length, site.password(), left], [2, USER.password, []])
  }
})

test('killed in the middle of it: the file with the temporary password is there', async (t) => {
  const { site, folder, left } = await changing(t, (child) => ({
    refuses: (_, times) => {
      if (times === 2) child().kill('SIGKILL')
      return times === 2 ? { status: 503, html: '' } : null
    },
  }))
  assert.equal(left.length, 1)
  assert.ok(readFileSync(join(folder, left[0] ?? '', 'password.txt'), 'utf8').includes(site.password()))
})

test('a password that cannot be put back: exit code 3 and the name of the file, also with --quiet', async (t) => {
  const refuses: PasswordChoices['refuses'] = (_, times) =>
    times > 1 ? { status: 422, html: 'You had that one before' } : null
  const { site, folder, status, stderr, left } = await changing(t, () => ({ refuses }), ['--quiet'])
  const path = join(folder, left[0] ?? '', 'password.txt')
  assert.deepEqual([status, left.length], [3, 1])
  assert.match(stderr, /^latchkey-audit: THE PASSWORD OF THE ACCOUNT WAS CHANGED AND NOT CHANGED BACK/)
  assert.ok(stderr.includes(path))
  assert.ok(readFileSync(path, 'utf8').includes(site.password()))
  assert.deepEqual([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777], [0o600, 0o700])
})
