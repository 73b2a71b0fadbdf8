import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Features } from './features.ts'
import { isLike } from './likeness.ts'

const seen = (status: number, redirect: string | null, ...marks: string[]): Features => ({
  status,
  redirect,
  marks: new Set(marks),
})
const words = (text: string) => seen(200, null, ...text.split(' ').map((word) => `word:${word}`))

test('status and redirect are the same; what a redirect says beside is not looked at', () => {
  assert.ok(isLike([seen(302, '/login', 'word:found')], seen(302, '/login')))
  assert.ok(!isLike([seen(302, '/login')], seen(303, '/login')))
  assert.ok(!isLike([seen(302, '/login')], seen(302, '/elsewhere')))
  assert.ok(!isLike([], seen(200, null)))
})

test('news on a page leave it the same page, and a stranger’s page is another', () => {
  const mine = words('your account orders settings help sign out newsletter since')
  assert.ok(
    isLike([mine], words('your account orders settings help sign out newsletter since signed in twice')),
  )
  const feed = Array.from({ length: 60 }, (_, at) => `item${'abcdefghij'[at % 10]}${'klmnop'[at % 6]}`)
  assert.ok(isLike([mine], words(`your account orders settings help sign out newsletter ${feed.join(' ')}`)))
  assert.ok(!isLike([mine], words('welcome to the hotel enter your room number to sign in help')))
})

test('of a page that says little, all that is said counts', () => {
  assert.ok(!isLike([words('forbidden')], words('forbidden request blocked')))
  assert.ok(!isLike([seen(200, null)], words('request blocked')))
  assert.ok(isLike([seen(200, null)], seen(200, null)))
})
