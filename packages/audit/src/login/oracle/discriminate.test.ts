import assert from 'node:assert/strict'
import { test } from 'node:test'
import { discriminate } from './discriminate.ts'
import type { Features } from './features.ts'

const seen = (status: number, redirect: string | null = null, ...marks: string[]): Features => ({
  status,
  redirect,
  marks: new Set(marks),
})
const three = (features: Features) => [features, features, features]

test('visitors are redirected', () => {
  const rule = discriminate(three(seen(200, null, 'canary')), three(seen(302, '/login')))
  assert.equal(rule?.kind, 'redirect')
  assert.equal(rule?.judge(seen(200, null, 'canary')), 'signed-in')
  assert.equal(rule?.judge(seen(200)), 'unclear')
  assert.equal(rule?.judge(seen(200, null, 'canary', 'login-form')), 'anonymous')
  assert.equal(rule?.judge(seen(302, '/login')), 'anonymous')
  assert.equal(rule?.judge(seen(302, '/elsewhere')), 'unclear')
  for (const status of [403, 404, 429, 500, 503]) assert.equal(rule?.judge(seen(status)), 'unclear')
})

test('a refusal is a visitor’s in the form in which visitors got it, and no other', () => {
  const own = seen(403, null, 'word:forbidden', 'word:sign', 'word:first')
  const firewall = seen(403, null, 'word:request', 'word:blocked', 'word:incident')
  const rule = discriminate(three(seen(200, null, 'word:mine')), three(own))
  assert.deepEqual(
    [own, firewall, seen(401, null, ...own.marks)].map((each) => rule?.judge(each)),
    ['anonymous', 'unclear', 'unclear'],
  )
})

test('whoever comes with made-up values may be turned away in a way of its own, but not by a failure', () => {
  const page = seen(200, null, 'canary')
  const own = seen(400, null, 'word:malformed')
  assert.equal(discriminate(three(page), three(seen(302, '/login')))?.judge(own), 'unclear')
  assert.equal(discriminate(three(page), three(seen(302, '/login')), [own])?.judge(own), 'anonymous')
  const failing = seen(503, null, 'word:unavailable')
  assert.equal(discriminate(three(page), three(seen(302, '/login')), [failing])?.judge(failing), 'unclear')
})

test('the page of someone else is neither the user’s nor a visitor’s', () => {
  const portal = seen(200, null, 'word:welcome', 'word:hotel', 'word:room', 'word:number')
  const mine = seen(200, null, 'word:your', 'word:account', 'word:orders')
  assert.equal(discriminate(three(mine), three(seen(302, '/login')))?.judge(portal), 'unclear')
  const greeted = seen(200, null, 'canary', 'word:shop', 'word:news')
  const shown = seen(200, null, 'word:shop', 'word:news')
  assert.equal(discriminate(three(greeted), three(shown))?.judge(portal), 'unclear')
})

test('what is not the same three times is no rule', () => {
  assert.equal(discriminate([seen(200), seen(200), seen(302, '/x')], three(seen(302, '/login'))), null)
  assert.equal(discriminate(three(seen(200)), [seen(401), seen(401), seen(200)]), null)
})

test('an overloaded site is no rule', () => {
  assert.equal(discriminate(three(seen(200)), three(seen(429))), null)
  assert.equal(discriminate(three(seen(200)), three(seen(503))), null)
})

test('a page that still shows the login form is not a signed-in one, whatever else it says', () => {
  const failed = seen(200, null, 'login-form', 'canary', 'word:two', 'word:attempts', 'word:left')
  assert.equal(discriminate(three(failed), three(seen(200, null, 'login-form'))), null)
})

test('a login form that greets who signed in last is a visitor’s page', () => {
  const visitors = ['word:please', 'word:sign', 'word:welcome', 'word:forgot']
  const form = (...more: string[]) => seen(200, null, 'login-form', ...visitors, ...more)
  const mine = seen(200, null, 'canary', 'sign-out', 'word:orders', 'word:welcome')
  const rule = discriminate(three(mine), three(form()))
  assert.equal(rule?.judge(form('canary', 'word:back')), 'anonymous')
  assert.equal(rule?.judge(seen(200, null, 'canary', 'login-form', 'word:other', 'word:shop')), 'unclear')
})

test('a few differing words are no rule, several are a weak one', () => {
  const words = (...all: string[]) => seen(200, null, ...all.map((word) => `word:${word}`))
  assert.equal(discriminate(three(words('hello', 'there')), three(words('hello'))), null)
  const rule = discriminate(three(words('your', 'orders', 'basket', 'hello')), three(words('hello')))
  assert.equal(rule?.kind, 'marker')
  assert.equal(rule?.judge(words('hello', 'your', 'orders', 'basket')), 'signed-in')
  assert.equal(rule?.judge(words('hello')), 'anonymous')
})

test('a JSON field', () => {
  const rule = discriminate(
    three(seen(200, null, 'json:user:object', 'json:user.name:string', 'canary')),
    three(seen(200, null, 'json:user:null')),
  )
  assert.deepEqual([rule?.kind, rule?.judge(seen(200, null, 'json:user:null'))], ['json-field', 'anonymous'])
  assert.equal(rule?.judge(seen(200, null, 'json:error:string')), 'unclear')
})
