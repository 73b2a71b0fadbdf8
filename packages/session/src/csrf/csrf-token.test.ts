import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testBrowser } from '../testing/index.ts'
import { isCsrfTokenOf, maskCsrfSeed, mintCsrfSeed } from './csrf-token.ts'

const invalid = (error: unknown) => isSessionError(error) && error.code === 'csrf_token_invalid'

test('a token is another text each time, and good for its own seed only', () => {
  const [seed, other] = [mintCsrfSeed(), mintCsrfSeed()]
  const tokens = Array.from({ length: 50 }, () => maskCsrfSeed(seed))
  assert.equal(new Set(tokens).size, 50)
  for (const token of tokens) {
    assert.deepEqual([isCsrfTokenOf(token, seed), isCsrfTokenOf(token, other)], [true, false])
    assert.equal(isCsrfTokenOf(token, null), false)
  }
})

test('nothing else is a token, and nothing throws', () => {
  const seed = mintCsrfSeed()
  const bytes = fc.uint8Array({ minLength: 60, maxLength: 68 })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.string(),
        bytes.map((each) => Buffer.from(each).toString('base64url')),
      ),
      (token) => {
        assert.equal(isCsrfTokenOf(token, seed), false)
      },
    ),
  )
})

test("a visitor's login form is covered, and the token dies at the sign-in", async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const browser = testBrowser()
  const form = await browser.visit(sessions)
  const token = await form.session.csrfToken()
  form.respond()
  const stranger = await testBrowser().visit(sessions)
  assert.throws(() => stranger.session.verifyCsrfToken(token), invalid)
  const post = await browser.visit(sessions)
  post.session.verifyCsrfToken(token)
  await post.session.login('alice')
  post.respond()
  const after = await browser.visit(sessions)
  assert.throws(() => after.session.verifyCsrfToken(token), invalid)
  after.session.verifyCsrfToken(await after.session.csrfToken())
})

test('pages that ask at the same time get tokens that are both good', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const browser = testBrowser()
  const login = await browser.visit(sessions)
  await login.session.login('alice')
  login.respond()
  const pages = [await browser.visit(sessions), await browser.visit(sessions)]
  const tokens = await Promise.all(pages.map(({ session }) => session.csrfToken()))
  const { session } = await browser.visit(sessions)
  for (const token of tokens) session.verifyCsrfToken(token)
})
