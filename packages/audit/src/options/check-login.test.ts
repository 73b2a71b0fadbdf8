import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOptions } from './check-options.ts'
import type { AuditOptions } from './options.ts'

const account = { url: 'https://app.example/', username: 'u', password: 'p' }

test('options of a login that cannot be what was meant are wrong usage', () => {
  checkOptions({ ...account, fields: { tenant: 'south' }, headers: { 'X-Test': '1' } })
  const wrong: readonly (readonly [Partial<AuditOptions>, RegExp])[] = [
    [{ fields: { a: 'b' }, passive: true }, /--field is for a login/],
    [{ totpSecret: 'GEZDGNBV', cookie: 'a=b' }, /--totp-secret is for a login/],
    [{ totpSecret: '123456' }, /--totp-secret wants the secret in base32/],
    [{ loginFormat: 'urlencoded' }, /urlencoded needs --login-url/],
    [{ loginBody: 'p={{password}}', passive: true }, /--login-body is for a login/],
    [{ fields: { a: 'b' }, usernameField: 'a' }, /--username-field name the same field, a$/],
    [{ headers: { 'X Test': '1' } }, /--header wants a name/],
    [{ headers: { 'X-Test': 'a\nb' } }, /--header wants a name/],
    [{ headers: { Cookie: 'a=b' } }, /cannot set Cookie: give cookies with --cookie/],
    [{ headers: { 'user-agent': 'x' } }, /cannot set user-agent/],
    [{ headers: { 'Sec-Fetch-Site': 'none' } }, /cannot set Sec-Fetch-Site/],
  ]
  for (const [change, message] of wrong) {
    assert.throws(() => checkOptions({ ...account, ...change }), { code: 'usage', message })
  }
})
