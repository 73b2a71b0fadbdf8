import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSetCookie } from '../../network/cookies/set-cookie.ts'
import type { Answer } from '../../network/http.ts'
import { probeFramework } from './framework.ts'

const url = new URL('https://x.example/')

function answer(cookies: readonly string[], headers: Readonly<Record<string, string>> = {}): Answer {
  const read = cookies.map((raw) => readSetCookie(raw, url, 0)).filter((cookie) => cookie !== null)
  const about = {
    exchange: 1,
    after: 0,
    phase: 'login',
    method: 'GET',
    status: 200,
    location: null,
    sentNames: [],
    body: '',
    charset: 'UTF-8',
    coding: null,
  } as const
  return { ...about, url, headers, cookies: read }
}

const names: readonly (readonly [cookie: string, framework: string | null])[] = [
  ['PHPSESSID=abc', 'php'],
  ['JSESSIONID=abc', 'java-servlet'],
  ['connect.sid=s%3Aabc', 'express-session'],
  ['koa.sess=abc', 'koa-session'],
  ['_shop_session=abc', 'rails'],
  ['wordpress_logged_in_0123=abc', 'wordpress'],
  ['session=eyJ1IjoiYSJ9.aTk4Nw.3Jp0yq1h5w8s5o2w1yVJm1b2c3A', 'flask'],
  ['session=plain', null],
  ['anything=Fe26.2*1*abc', 'iron-session'],
  [`__Host-session=${'a'.repeat(64)}`, 'latchkey'],
  ['__Host-session=short', null],
]
for (const [cookie, framework] of names) {
  test(`${cookie.slice(0, 40)} is ${framework}`, () => {
    assert.equal(probeFramework([answer([cookie])], null).name, framework)
  })
}

test('the carrier decides where several frameworks show; headers decide where none does', () => {
  assert.equal(
    probeFramework([answer(['PHPSESSID=a', 'connect.sid=b'])], ['connect.sid']).name,
    'express-session',
  )
  const seen = probeFramework([answer([], { 'x-powered-by': 'Express' })], null)
  assert.deepEqual([seen.name, seen.headers], ['express', ['x-powered-by: Express']])
})
