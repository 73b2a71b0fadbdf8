import assert from 'node:assert/strict'
import test from 'node:test'
import { nearest } from './nearest.ts'

test('the word that was probably meant, and none where nothing is near', () => {
  const words = ['sameSite', 'cookiePrefix', 'concurrentSessions', 'url']
  assert.equal(nearest('samesite', words), 'sameSite')
  assert.equal(nearest('saemSite', words), 'sameSite')
  assert.equal(nearest('cookie-prefix', words), 'cookiePrefix')
  assert.equal(nearest('concurrentSession', words), 'concurrentSessions')
  assert.equal(nearest('uri', words), 'url')
  assert.equal(nearest('password', words), null)
  assert.equal(nearest('', []), null)
})
