import assert from 'node:assert/strict'
import test from 'node:test'
import { Command } from 'commander'
import { auditCommand } from '../commands/audit.ts'
import { AuditError } from '../options/errors.ts'
import { configSchema } from './config-schema.ts'
import { parseChecked } from './read-checked.ts'

const read = (config: unknown) => parseChecked(JSON.stringify(config), configSchema, 'latchkey.audit.json')

/** What is said of a file with this in it. */
function said(config: unknown): string {
  try {
    read(config)
  } catch (error) {
    assert.ok(error instanceof AuditError && error.code === 'usage')
    return error.message
  }
  return assert.fail('nothing was said')
}

test('times are read as seconds', () => {
  const { expect } = read({
    $schema: 'https://example.com/schema.json',
    url: 'https://example.com/',
    expect: { idleTimeout: '20m', absoluteTimeout: 28_800, cookieLifetime: 'session', tokenLifetime: '1.5h' },
  })
  assert.deepEqual(expect, {
    idleTimeout: 1200,
    absoluteTimeout: 28_800,
    cookieLifetime: 0,
    tokenLifetime: 5400,
  })
})

test('a problem names its place, what is there and what may be', () => {
  for (const [config, message] of [
    [
      { failOn: 'hihg' },
      'failOn is "hihg": it must be one of "critical", "high", "medium", "low", "info", "none"; did you mean "high"?',
    ],
    [
      { expect: { sameSite: 'strict' } },
      'expect.sameSite is "strict": it must be "Strict", "Lax" or "None"; did you mean "Strict"?',
    ],
    [
      { expect: { concurrentSessions: 11 } },
      'expect.concurrentSessions is 11: it must be a whole number from 1 to 10',
    ],
    [
      { expect: { idleTimeout: '20 minutes' } },
      'expect.idleTimeout is "20 minutes": it must be a time such as "30m", "8h" or "90s", or a number of seconds',
    ],
    [
      { expect: { cookieLifetime: 'sesion' } },
      'expect.cookieLifetime is "sesion": it must be "session", for a cookie that ends with the browser, or a time such as "8h"',
    ],
    [{ expect: { samesite: 'Lax' } }, 'expect has no "samesite": did you mean "sameSite"?'],
    [{ idSamples: 7 }, 'idSamples is 7: it must be a whole number from 8 to 1000'],
    [{ resume: 'sessions' }, 'resume must be an object with file and passphrase'],
    [{ maxRequests: 0 }, 'maxRequests is 0: it must be a whole number above 0'],
    [{ maxRequests: '300' }, 'maxRequests must be a whole number'],
    [{ passive: null }, 'passive is null: it must be true or false'],
    [{ usrename: 'alice' }, 'the file has no "usrename": did you mean "username"?'],
    [{ url: 'example.com' }, 'url must be an address such as "https://example.com/"'],
    [{ loginOrigins: ['https://id.example.com', 5] }, 'loginOrigins[1] is 5: it must be text'],
    [
      { action: { url: '/p', change: {}, undo: {}, find: 'field:x' } },
      'action.readUrl is missing: it must be text',
    ],
    [
      { action: { url: '/p', read: '/p' } },
      /has 5 problems\n.* {2}action has no "read": there are method, url/s,
    ],
    [[], 'the file must be an object'],
  ] as const) {
    const heard = said(config)
    if (typeof message === 'string') assert.equal(heard, `latchkey.audit.json: ${message}`)
    else assert.match(heard, message)
  }
})

test('a secret that stands in the file is refused, and not repeated', () => {
  const secret = 'hunter2-very-secret'
  for (const config of [
    { password: secret },
    { totpSecret: secret },
    { cookie: `sid=${secret}` },
    { policyToken: secret },
    { secondPassword: secret },
    { resume: { file: 'sessions', passphrase: secret } },
    { headers: { 'X-Gate': secret } },
    { password: `-${secret}` },
    { passwort: secret },
    { headers: secret },
    { username: { name: secret } },
  ]) {
    const heard = said(config)
    assert.ok(!heard.includes(secret), heard)
    if (Object.hasOwn(config, 'password'))
      assert.match(heard, /^latchkey.audit.json: password must be env:NAME or file:PATH/)
  }
  assert.deepEqual(read({ password: 'env:SHOP_PASSWORD', headers: { 'X-Gate': 'file:gate.txt' } }), {
    password: 'env:SHOP_PASSWORD',
    headers: { 'X-Gate': 'file:gate.txt' },
  })
})

test('what is no JSON is said by its line, without what stands there', () => {
  for (const text of [
    '{\n  "password": hunter2\n}',
    '{"password": "hunter2"',
    '',
    '{"a": "hunter2"} hunter2',
  ]) {
    assert.throws(
      () => parseChecked(text, configSchema, 'the.json'),
      (error: Error) => {
        assert.match(error.message, /^the\.json is no JSON(?:: see line \d+)?$/)
        return true
      },
    )
  }
})

/** What is said of one run alone, or in other words: `action`, `expect`, `resume`. */
const OF_THE_COMMAND_LINE = [
  ...(['config', 'dryRun', 'fromEvidence', 'passwordStdin', 'version', 'expectSessions'] as const),
  'resumePassphrase',
  ...(['actionSet', 'actionUndo', 'actionRead', 'actionFind', 'actionForm', 'actionFormat'] as const),
]
const RENAMED: Readonly<Record<string, string>> = {
  field: 'fields',
  header: 'headers',
  loginOrigin: 'loginOrigins',
  report: 'reports',
  stream: 'streams',
  puzzleRequest: 'puzzleRequests',
}

test('every option of the command line has its word in the file', () => {
  const command = auditCommand(() => {})
  assert.ok(command instanceof Command)
  const options = command.options.map((option) => option.attributeName())
  const words = [...new Set(options)]
    .filter((name) => !(OF_THE_COMMAND_LINE as readonly string[]).includes(name))
    .map((name) => RENAMED[name] ?? name)
  const there = Object.keys(configSchema.shape).filter((name) => !['$schema', 'url', 'expect'].includes(name))
  assert.deepEqual(words.toSorted(), there.toSorted())
})
