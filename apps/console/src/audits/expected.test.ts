import assert from 'node:assert/strict'
import test from 'node:test'
import { z } from 'zod'
import { expectedForm, readDeclared, readExpected } from './expected.ts'

const schema = z.object(expectedForm)
const policy = JSON.stringify({
  schema: 'latchkey-policy/1',
  cookie: { name: '__Host-session', sameSite: 'Lax' },
  policies: { default: { idleTimeout: 1800 }, kiosk: { idleTimeout: 60 } },
  sessionsPerUser: { max: 3 },
})

async function read(typed: Record<string, string>, auditSeconds = 120) {
  const problems: Record<string, string> = {}
  const form = schema.parse(typed)
  const declared = await readDeclared(form, problems)
  return { problems, options: readExpected(form, { declared, auditSeconds }, problems) }
}

test('a declared policy is what the site is held to, pasted or as a file; a field wins over it', async () => {
  for (const typed of [{ policy }, { policyFile: policy }]) {
    const { problems, options } = await read({ ...typed, sameSite: 'Strict', policyName: 'kiosk' })
    assert.deepEqual(problems, {})
    assert.deepEqual(options, {
      expect: {
        sameSite: 'Strict',
        cookiePrefix: '__Host-',
        cookieName: '__Host-session',
        concurrentSessions: 3,
        idleTimeout: 60,
      },
    })
  }
  assert.deepEqual((await read({})).options, {})
})

test('what is no policy is said at its field, without what was written there', async () => {
  for (const [typed, field] of [
    [{ policy: 'secret-text' }, 'policy'],
    [{ policyFile: '{"secret":1}' }, 'policyFile'],
    [{ policy, policyName: 'other' }, 'policyName'],
  ] as const) {
    const { problems } = await read(typed)
    assert.deepEqual(Object.keys(problems), [field])
    assert.doesNotMatch(problems[field] ?? '', /secret-text|--\w/)
  }
})

test('only times are taken that an audit here can wait for', async () => {
  const { options } = await read({ idleTimeout: '20s', absoluteTimeout: '40s', concurrentSessions: '2' })
  assert.deepEqual(options, { expect: { concurrentSessions: 2 }, idleTimeout: 20, absoluteTimeout: 40 })
  for (const typed of ['5s', '20', 'soon', '30m']) {
    const { problems } = await read({ idleTimeout: typed })
    assert.match(
      problems.idleTimeout ?? '',
      typed === '30m' ? /ends too soon .* 30s / : /^Write a time/,
      typed,
    )
  }
  assert.deepEqual(Object.keys((await read({ idleTimeout: '30m' }, 36_000)).problems), [])
  for (const typed of [{ concurrentSessions: '11' }, { idleTimeout: '20s', absoluteTimeout: '15s' }]) {
    assert.equal(Object.keys((await read(typed)).problems).length, 1)
  }
})
