import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serve } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import { inspectLogin } from './gather.ts'
import type { Tried } from './tried.ts'

async function tried(url: string, password: string = USER.password) {
  let all: readonly Tried[] = []
  const inspected = inspectLogin({ url, ...USER, password }, { wait: async () => {} }, (told) => {
    all = told
  })
  const error = await inspected.then(
    () => null,
    (reason: unknown) => reason,
  )
  return {
    error,
    lines: all.map((one) => `${one.method} ${one.url.replace(url, '')} ${one.status}: ${one.saw}`),
    all,
  }
}

test('what was tried on the way to a sign-in, in order, without a secret', async (t) => {
  const site = await serve(t, sessionSite())
  const { lines, error, all } = await tried(site.url)
  assert.equal(error, null)
  const login = lines.findIndex((line) => line.startsWith('POST /login'))
  assert.match(lines.slice(0, login).join('\n'), /GET \/login 200: a form with a password \(.*email, pw\)/s)
  assert.match(lines[login] ?? '', /30\d: leads to \/account; sets sid$/)
  assert.equal(login, lines.length - 2, 'what came after the login is left out')
  assert.ok(!JSON.stringify(all).includes(USER.password))
})

test('it is told also where there is no way in', async (t) => {
  const refusing = await serve(t, sessionSite())
  const wrong = await tried(refusing.url, 'Wrong-Horse-7')
  assert.ok(wrong.error instanceof Error)
  assert.ok(wrong.lines.some((line) => /^POST \/login 401: a form with a password/.test(line)))

  const plain = await serve(t, { 'GET /': () => ({ html: 'Just words' }) })
  const nowhere = await tried(plain.url)
  assert.ok(nowhere.error instanceof Error)
  assert.equal(nowhere.lines[0], 'GET / 200: "Just words"')
  assert.ok(nowhere.lines.length > 5)
})
