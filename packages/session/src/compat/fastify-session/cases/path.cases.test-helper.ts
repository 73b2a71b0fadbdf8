import assert from 'node:assert/strict'
import { type Case, site } from './case.test-helper.ts'

/** What is stored at one path is there at another, or is not: the browser would not send the cookie. */
function reaches(
  of: number,
  what: string,
  path: string,
  from: string,
  to: string,
  isThere: boolean,
  method: 'GET' | 'POST' = 'POST',
): Case {
  return {
    of,
    what,
    async run(t) {
      let seen: unknown = 'never asked'
      const { ask } = await site(t, { cookie: { path } }, (session, { headers }) => {
        if (headers.cookie) seen = session.foo
        else session.foo = 'bar'
      })
      const { cookie } = await ask({ url: from, method })
      assert.notEqual(cookie, '')
      assert.equal((await ask({ url: to, cookie })).status, 200)
      assert.equal(seen, isThere ? 'bar' : undefined)
    },
  }
}

export const pathCases: readonly Case[] = [
  reaches(1, 'path / reaches everywhere', '/', '/', '/check', true, 'GET'),
  reaches(2, 'a path reaches itself', '/check', '/check', '/check', true),
  reaches(3, 'and what is below it', '/check', '/check', '/check/page1', true),
  reaches(4, 'but not what only begins like it', '/check', '/check', '/check_page1', false),
  reaches(5, 'nor another of the same length', '/check', '/check', '/chick/page1', false),
  reaches(6, 'nor that a second time', '/check', '/check', '/chick/page1', false),
  reaches(7, 'nor a shorter one', '/check', '/check', '/chck', false),
  reaches(8, 'it reaches from one below to another', '/check', '/check/index', '/check/page1', true),
  reaches(9, 'also with a slash at its end', '/check/', '/check/index', '/check/page1', true),
  reaches(10, 'a query is no part of the path', '/check', '/check?foo=bar', '/check/page1', true, 'GET'),
]
