import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '../exchange.ts'
import { testExchange } from '../testing/exchange.ts'
import { createClearing } from './clearing.ts'

// That WebKit heeds it is seen in WebKit (test/browsers), and when it is said is a law: testing/laws/navigation-laws.ts.

function answerTo(parts: readonly string[], at: 'logout' | 'next page'): Record<string, string> {
  const given: Record<string, string> = {}
  const sent: Record<string, string> = {
    cookie: 'id-left=1',
    'user-agent': 'AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0.0.0 Mobile/15E148 Safari/604.1',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  }
  const exchange: Exchange = {
    ...testExchange(),
    method: 'GET',
    path: '/',
    header: (name) => sent[name],
    setCookie: (name, line) => {
      given[name] = line
    },
    setHeader: (name, value) => {
      given[name] = value
    },
  }
  const clearing = createClearing(parts, 'id', 'id=; Max-Age=0; Path=/app; HttpOnly; SameSite=Strict')
  if (at === 'logout') clearing.clear(exchange)
  else clearing.clearAgain(exchange)
  return given
}

test('the next page clears what the logout did, but cookies: it may set some', () => {
  assert.equal(answerTo(['cookies', 'storage'], 'logout')['clear-site-data'], '"cookies", "storage"')
  assert.equal(answerTo(['cookies', 'storage'], 'next page')['clear-site-data'], '"storage"')
  assert.deepEqual(answerTo(['cookies'], 'logout'), { 'clear-site-data': '"cookies"' })
  assert.deepEqual(answerTo(['cookies'], 'next page'), {})
})

test('nothing is said where nothing is to be cleared', () => {
  assert.deepEqual([answerTo([], 'logout'), answerTo([], 'next page')], [{}, {}])
})
