import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { failsWith } from '../../test/audit-site.ts'
import { serve } from '../../test/serve.ts'
import { readPolicy } from './read-policy.ts'

const token = 'a-token-that-nobody-can-guess-0123456789'
const policy = {
  schema: 'latchkey-policy/1',
  cookie: { name: '__Host-desk', sameSite: 'Strict', secure: true, domain: null },
  policies: {
    default: { idleTimeout: 1800, absoluteTimeout: 28_800, persistent: false, renewalInterval: null },
    remembered: { idleTimeout: 86_400, absoluteTimeout: 604_800, persistent: true },
  },
  sessionsPerUser: { max: 5, atCap: 'evict' },
  tokens: { lifetime: 300, refresh: null },
}
const expected = {
  sameSite: 'Strict',
  cookiePrefix: '__Host-',
  cookieName: '__Host-desk',
  cookieLifetime: 0,
  concurrentSessions: 5,
  idleTimeout: 1800,
  absoluteTimeout: 28_800,
  tokenLifetime: 300,
}

test('a policy is read from its address, by who has the token', async (t) => {
  const { url } = await serve(t, ({ at, headers }) => {
    if (at === 'GET /elsewhere') return { redirect: '/policy' }
    if (at === 'GET /html') return { html: '<h1>Sign in</h1>' }
    return headers.authorization === `Bearer ${token}` ? { json: policy } : { status: 401, html: '' }
  })
  assert.deepEqual(await readPolicy(`${url}/policy`, { token }), expected)
  const unreachable = (words: RegExp) => failsWith('unreachable', words)
  await assert.rejects(readPolicy(`${url}/policy`), unreachable(/answered 401: give --policy-token/))
  await assert.rejects(readPolicy(`${url}/policy`, { token: 'other' }), unreachable(/look at --policy-token/))
  // A redirect is not followed: the token is for one address.
  await assert.rejects(readPolicy(`${url}/elsewhere`, { token }), unreachable(/answered 302/))
  await assert.rejects(readPolicy(`${url}/html`), failsWith('usage', /\/html is no JSON/))
  await assert.rejects(readPolicy('http://127.0.0.1:9/', { token }), unreachable(/ECONNREFUSED/))
  await assert.rejects(readPolicy('http://example.com/', { token }), failsWith('usage', /plain http/))
})

test('a policy is read from a file, one of its policies by name', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'policy.json')
  const saved = (content: unknown) => {
    writeFileSync(path, JSON.stringify(content))
    return path
  }
  assert.deepEqual(await readPolicy(saved(policy), { name: 'remembered' }), {
    ...expected,
    cookieLifetime: 604_800,
    idleTimeout: 86_400,
    absoluteTimeout: 604_800,
  })
  assert.deepEqual(await readPolicy(saved({ schema: 'latchkey-policy/1' })), {})
  const many = { schema: 'latchkey-policy/1', sessionsPerUser: { max: 50 }, cookie: { name: 'sid' } }
  assert.deepEqual(await readPolicy(saved(many)), { cookieName: 'sid' })
  for (const [content, name, words] of [
    [policy, 'mobile', /no policies.mobile; there are default, remembered/],
    [policy, 'constructor', /no policies.constructor/],
    [{ ...policy, schema: 'latchkey-policy/2' }, 'default', /schema is "latchkey-policy\/2": it must be/],
    [
      { ...policy, cookie: { samesite: 'Lax' } },
      'default',
      /cookie has no "samesite": did you mean "sameSite"/,
    ],
  ] as const) {
    await assert.rejects(readPolicy(saved(content), { name }), failsWith('usage', words))
  }
})
