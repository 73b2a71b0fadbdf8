import assert from 'node:assert/strict'
import { Cookie, type CookieOptions } from '../cookie.ts'
import type { Case } from './case.test-helper.ts'

const minute = 60_000
const near = (a: number | null, b: number) => assert.ok(a !== null && Math.abs(a - b) < 1000, `${a} and ${b}`)
const inAMinute = () => new Date(Date.now() + minute)

export const cookieCases: readonly Case[] = [
  {
    of: 1,
    what: 'a cookie without options is an object',
    run: () => assert.equal(typeof new Cookie(), 'object'),
  },
  { of: 2, what: 'it has no expiry', run: () => assert.equal(new Cookie().expires, null) },
  { of: 3, what: 'it is HttpOnly', run: () => assert.equal(new Cookie().httpOnly, true) },
  { of: 4, what: 'it is of the whole site', run: () => assert.equal(new Cookie().path, '/') },
  { of: 5, what: 'it has no maxAge', run: () => assert.equal(new Cookie().maxAge, null) },
  { of: 6, what: 'empty options will do', run: () => assert.equal(new Cookie({}).path, '/') },
  {
    of: 7,
    what: 'options that are no object are refused',
    run() {
      for (const wrong of [42, 'foo', true, () => undefined])
        assert.throws(() => new Cookie(wrong as never), /argument options/)
    },
  },
  {
    of: 8,
    what: 'an option "data" is none',
    run() {
      const { data } = new Cookie({ data: { foo: 'bar' }, path: '/foo' } as CookieOptions)
      assert.equal(data.path, '/foo')
      assert.equal('foo' in data, false)
    },
  },
  {
    of: 9,
    what: 'expires is taken as it is',
    run() {
      const expires = inAMinute()
      assert.equal(new Cookie({ expires }).expires, expires)
    },
  },
  {
    of: 10,
    what: 'expires makes maxAge',
    run: () => near(new Cookie({ expires: inAMinute() }).maxAge, minute),
  },
  {
    of: 11,
    what: 'httpOnly is taken',
    run: () => assert.equal(new Cookie({ httpOnly: false }).httpOnly, false),
  },
  {
    of: 12,
    what: 'maxAge makes expires',
    run: () => near(Number(new Cookie({ maxAge: minute }).expires) - Date.now(), minute),
  },
  { of: 13, what: 'maxAge counts down', run: () => near(new Cookie({ maxAge: minute }).maxAge, minute) },
  {
    of: 14,
    what: 'maxAge takes a date',
    run() {
      const end = inAMinute()
      const cookie = new Cookie({ maxAge: end as never })
      assert.equal(cookie.expires?.getTime(), end.getTime())
      near(cookie.maxAge, minute)
    },
  },
  {
    of: 15,
    what: 'maxAge of another type is refused',
    run() {
      for (const wrong of ['42', true, () => undefined])
        assert.throws(() => new Cookie({ maxAge: wrong as never }), /maxAge/)
    },
  },
  {
    of: 16,
    what: 'partitioned is taken',
    run: () => assert.ok(new Cookie({ partitioned: true }).partitioned),
  },
  { of: 17, what: 'path is taken', run: () => assert.equal(new Cookie({ path: '/foo' }).path, '/foo') },
  {
    of: 18,
    what: 'priority is taken',
    run: () => assert.equal(new Cookie({ priority: 'high' }).priority, 'high'),
  },
]
