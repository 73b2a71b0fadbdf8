import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOptions } from './check-options.ts'
import type { AuditOptions } from './options.ts'
import { readRecording } from './recording/recording.ts'

const url = 'https://example.com/'
const session = readRecording('{"cookies":[],"origins":[]}')
const login = readRecording(`curl ${url} --data-raw 'user=ada&password=recorded-pass-1'`)
const steps = readRecording(
  JSON.stringify({ steps: [{ type: 'change', selectors: ['#password'], value: 'recorded-pass-1' }] }),
)

test('what signs in is given once, and fits the rest', () => {
  const wrong: readonly (readonly [Partial<AuditOptions>, RegExp])[] = [
    [{ loginFrom: session, cookie: 'a=b' }, /either --cookie or --login-from/],
    [{ loginFrom: session, loginCommand: ['x'] }, /either --login-from or --login-command/],
    [{ loginFrom: login, passive: true }, /leave --login-from out/],
    [{ loginCommand: ['x'], loginFormat: 'json', loginUrl: '/api' }, /leave --login-format out/],
    [{ loginCommand: [] }, /names no command/],
    [{ browser: true, passive: true }, /leave --browser out/],
    [{ browser: true, loginCommand: ['x'] }, /needs no browser/],
    [{ browser: false, loginFrom: steps }, /in a browser only/],
    [{ browser: true, password: 'x', loginFormat: 'json', loginUrl: '/api' }, /leave --login-format out/],
    [{ browser: true }, /a password/],
    [{ loginFrom: session, expectSessions: 1 }, /--expect-sessions needs logins/],
    [{ loginFrom: session, changePassword: true }, /--change-password needs/],
  ]
  for (const [more, message] of wrong) {
    assert.throws(() => checkOptions({ url, ...more }), { code: 'usage', message })
  }
  for (const right of [
    { loginFrom: session },
    { loginFrom: login },
    { loginFrom: steps },
    { loginCommand: ['x'] },
  ]) {
    assert.equal(checkOptions({ url, ...right }).href, url)
  }
  assert.equal(checkOptions({ url, loginFrom: login, expectSessions: 1 }).href, url)
})
