import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { commandOnly, fieldOf, inFormWords } from './in-form-words.ts'

test('what would help is said with the fields of the form', () => {
  for (const [said, here] of [
    [
      'name it with --logout-url, or with --logout-request where a script sends more',
      'name it with “Sign-out page”, or with “The sign-out request” where a script sends more',
    ],
    ['Use --login-format json with --login-url', 'Use “How the login is sent: JSON” with “Login page”'],
    ['fill it with --field tenant=VALUE', 'fill it with “Other fields of the login” tenant=VALUE'],
    [
      'is looked at in an audit without an account (--passive)',
      'is looked at in an audit without sign-in details',
    ],
    ['raise it with --max-logins', 'raise it with --max-logins of the command latchkey-audit'],
    [
      'no script opens a WebSocket; --stream names one, --stream-wait waits longer',
      'no script opens a WebSocket; “Event streams and WebSockets” names one, “Seconds one may be silent” waits longer',
    ],
    [
      '(--logout-everywhere looks for a button, --logout-everywhere-url and --logout-everywhere-request name how)',
      '(“Sign out everywhere, once” looks for a button, “Page that signs out everywhere” and “Request that signs out everywhere” name how)',
    ],
    ['curl --data-raw x; -----BEGIN; a--url', 'curl --data-raw x; -----BEGIN; a--url'],
  ] as const) {
    assert.equal(inFormWords(said), here)
  }
})

// What the auditor names that is no option of an audit.
const others = new Set(['passive', 'format', 'from-evidence', 'save-evidence', 'dry-run'])

test('every option that the auditor names is a field here, or known to have none', () => {
  const sources = new URL('../../../../packages/audit/src/', import.meta.url)
  const files = globSync('{judging,checks,gathering,probes,login,network,options}/**/*.ts', {
    cwd: sources.pathname,
    exclude: (path) => /\.test\.ts$|curl\.ts$|chromium\.ts$/.test(path),
  })
  assert.ok(files.length > 100)
  const named = new Set<string>()
  for (const file of files) {
    const text = readFileSync(new URL(file, sources), 'utf8')
    for (const [, flag = ''] of text.matchAll(/(?<=['"`( ])--([a-z]+(?:-[a-z]+)*)(?![\w-])/g)) named.add(flag)
  }
  assert.ok(named.has('login-url'))
  const unknown = [...named].filter(
    (flag) => fieldOf(flag) === null && !commandOnly.has(flag) && !others.has(flag),
  )
  assert.deepEqual(unknown, [])
})
