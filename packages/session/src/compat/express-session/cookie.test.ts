import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '../../stores/memory/memory.ts'
import { counts, site } from './cases/case.test-helper.ts'
import { Cookie } from './cookie.ts'
import { session } from './express-session.ts'
import { lifeOf } from './served.test-helper.ts'

test('an expiry is a date, the text of one, or none', () => {
  const cookie = new Cookie({ expires: '2030-01-01T00:00:00.000Z' as never }, () => 0)
  assert.equal(cookie.expires?.getTime(), Date.UTC(2030, 0, 1))
  cookie.expires = false
  assert.deepEqual([cookie.expires, cookie.maxAge], [null, null])
  assert.throws(() => {
    cookie.expires = 1000 as never
  }, /must be a Date/)
})

test('a session without an expiry, as some write it, ends with the browser', async (t) => {
  const served = await site(t, { cookie: { maxAge: 60_000 } }, (req, res) => {
    req.session.cookie.expires = false
    counts(req, res)
  })
  const { cookie, lines } = await served.ask()
  assert.equal(lifeOf(lines[0]), null)
  assert.equal((await served.ask({ cookie })).body, '2')
})

test('what is undefined is not given, and names of attributes have any case', async (t) => {
  const cookie = {
    httpOnly: undefined,
    path: undefined,
    sameSite: 'Strict' as 'strict',
    priority: 'High' as 'high',
  }
  const { lines } = await (await site(t, { cookie }, counts)).ask()
  assert.match(lines[0] ?? '', /; Path=\/; Secure; HttpOnly; SameSite=Strict; Priority=High$/)
})

test('what browsers refuse together is refused at the start', () => {
  const store = memoryStore()
  for (const [cookie, message] of [
    [{ sameSite: 'none', secure: false }, /secure: true/],
    [{ sameSite: false }, /'lax'/],
    [{ partitioned: true }, /sameSite/],
    [{ domain: 'a b' }, /domain/],
    [{ maxAge: -1 }, /maxAge/],
  ] as const)
    assert.throws(() => session({ store, name: 'sid', cookie }), message)
  assert.throws(() => session({ store, cookie: { path: '/admin' } }), /without the '__Host-' prefix/)
  assert.throws(() => session({ store, cookie: { secure: false } }), /__Host-session/)
  for (const name of ['__Host-desk', '__secure-desk', undefined])
    assert.throws(() => session({ store, name, cookie: { secure: 'auto' } }), /'auto'.*Write secure: true/)
  session({ store, name: '__Host-desk', cookie: () => ({ secure: 'auto' }), sweepInterval: false })
})

test('a cookie that is Secure over TLS alone draws no warning over plain http', async (t) => {
  for (const sameSite of ['lax', 'auto'] as const) {
    const { ask, warnings } = await site(t, { cookie: { secure: 'auto', sameSite } }, counts)
    const { lines } = await ask({ headers: { host: 'shop.example' } })
    assert.doesNotMatch(lines[0] ?? '', /Secure/)
    assert.deepEqual(warnings, [])
  }
  const { ask, warnings } = await site(t, { cookie: { secure: true } }, counts)
  await ask({ headers: { host: 'shop.example' } })
  assert.match(warnings.join(), /plain http/)
})

test('a maxAge that is too long is told of with what to write, also where there is a longestMaxAge', async (t) => {
  for (const [longestMaxAge, told] of [
    [undefined, /longer than sessions live.* Write longestMaxAge: '60d'/],
    ['30d', /longer than longestMaxAge.* Write longestMaxAge: '60d'/],
  ] as const) {
    const served = await site(t, { longestMaxAge }, (req, res) => {
      req.session.cookie.maxAge = 60 * 86_400_000
      counts(req, res)
    })
    await served.ask()
    assert.match(served.errors[0]?.message ?? '', told)
  }
})

test('a moment that is none is refused where it is set, and nobody is signed out', async (t) => {
  for (const [attribute, value] of [
    ['maxAge', Number.NaN],
    ['maxAge', Number.POSITIVE_INFINITY],
    ['maxAge', new Date(Number.NaN)],
    ['expires', new Date(Number.NaN)],
    ['expires', 'tomorrow'],
  ] as const) {
    const served = await site(t, {}, (req, res) => {
      if (req.url === '/set') Reflect.set(req.session.cookie, attribute, value, req.session.cookie)
      counts(req, res)
    })
    const { cookie } = await served.ask()
    const failed = await served.ask({ path: '/set', cookie })
    assert.deepEqual([failed.status, failed.lines], [500, []])
    assert.match(failed.body, new RegExp(`cookie\\.${attribute}|cookie\\.expires`))
    assert.equal((await served.ask({ cookie })).body, '2')
  }
})
