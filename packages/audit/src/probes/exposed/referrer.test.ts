import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../network/http.ts'
import { targetsOf } from './referrer.ts'

function targets(body: string, policy = '', url = 'https://shop.example/me?sid=1') {
  const about = {
    exchange: 1,
    after: 0,
    phase: 'signed-in',
    method: 'GET',
    status: 200,
    location: null,
  } as const
  const rest = { cookies: [], sentNames: [], charset: 'UTF-8', coding: null }
  const answer: Answer = {
    ...about,
    ...rest,
    url: new URL(url),
    headers: { 'referrer-policy': policy },
    body,
  }
  return targetsOf(answer).map(({ origin, policy }) => `${origin} ${policy}`)
}

const link = '<a href="https://other.example/x">'
const other = (policy: string | null) => [`https://other.example ${policy}`]

test('links and parts of other origins, and none of the own', () => {
  assert.deepEqual(
    targets(`<a href="/x"><img src="https://shop.example/a.png">${link}<a href="mailto:a@b.example">`),
    other(null),
  )
  assert.deepEqual(targets("<script src='//other.example/a.js'></script>"), other(null))
  assert.deepEqual(targets('<img\n src=https://other.example/a.png>'), other(null))
  assert.deepEqual(targets('<p>https://other.example/x</p>'), [])
})

test('the page’s policy: the last that is known, of the header and of a meta element', () => {
  assert.deepEqual(targets(link, 'Unsafe-URL'), other('unsafe-url'))
  assert.deepEqual(targets(link, 'no-referrer, unsafe-url'), other('unsafe-url'))
  assert.deepEqual(targets(link, 'unsafe-url, made-up'), other('unsafe-url'))
  assert.deepEqual(
    targets(`<meta name="referrer" content="unsafe-url">${link}`, 'same-origin'),
    other('unsafe-url'),
  )
})

test('the element’s own policy, and noreferrer', () => {
  const own = '<a referrerpolicy="unsafe-url" href="https://other.example/x">'
  assert.deepEqual(targets(own, 'no-referrer'), other('unsafe-url'))
  assert.deepEqual(
    targets('<a rel="noopener noreferrer" href="https://other.example/x">', 'unsafe-url'),
    other('no-referrer'),
  )
  assert.deepEqual(targets(`${link}${own}`, 'no-referrer'), other('unsafe-url'), 'what sends most')
})

test('from https to http goes nothing, unless the policy is unsafe', () => {
  const plain = '<a href="http://other.example/x">'
  assert.deepEqual(targets(plain, 'no-referrer-when-downgrade'), ['http://other.example no-referrer'])
  assert.deepEqual(targets(plain, 'unsafe-url'), ['http://other.example unsafe-url'])
  assert.deepEqual(targets(link, 'no-referrer-when-downgrade'), other('no-referrer-when-downgrade'))
})
