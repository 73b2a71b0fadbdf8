import assert from 'node:assert/strict'
import test from 'node:test'
import type { SessionSummary } from 'latchkey'
import type { SessionData } from '../context.ts'
import { inOrder, pageOf, pagePath, perPage } from './paging.ts'

type Listed = SessionSummary<SessionData>

const session = (sid: string, authenticatedAt: number | null, lastSeenAt = 0): Listed =>
  ({ sid, authenticatedAt, createdAt: 5, lastSeenAt }) as Listed

test('the order is that of the sign-ins, whatever order a store has and whatever is in use', () => {
  const all = [session('b', 9), session('a', 9, 99), session('c', null), session('d', 1), session('e', 10)]
  const order = (sessions: readonly Listed[], own: string | null) =>
    inOrder(sessions, own).map(({ sid }) => sid)
  for (const given of [all, all.toReversed(), all.toSorted((a, b) => (a.sid < b.sid ? 1 : -1))]) {
    assert.deepEqual(order(given, null), ['e', 'a', 'b', 'c', 'd'])
    assert.deepEqual(order(given, 'd'), ['d', 'e', 'a', 'b', 'c'])
    assert.deepEqual(order(given, 'gone'), order(given, null))
  }
})

test('a page is a part of the list, and the last one for what is beyond', () => {
  const all = Array.from({ length: perPage * 2 + 1 }, (_, at) => at)
  const shown = (asked: string | undefined) => pageOf(all, asked)
  assert.deepEqual(shown('2').items, all.slice(perPage, perPage * 2))
  for (const beyond of ['3', '4', '999999999']) assert.deepEqual(shown(beyond).items, [perPage * 2])
  for (const odd of [undefined, '', '0', '-1', 'x', '1e1', '01', '9999999999'])
    assert.equal(shown(odd).page, 1)
  assert.deepEqual(pageOf([], '7'), { items: [], page: 1, pages: 1, total: 0 })
  assert.deepEqual([pagePath('/x', 1), pagePath('/x', 2)], ['/x', '/x?page=2'])
})
