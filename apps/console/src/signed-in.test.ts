import assert from 'node:assert/strict'
import test from 'node:test'
import { safePath } from './signed-in.ts'

test('after a sign-in one goes on within the console only', () => {
  for (const path of ['/', '/devices', '/audits/new', '/audits/a_B-9']) assert.equal(safePath(path), path)
  for (const path of [
    undefined,
    '',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/a//b',
    '/%2f',
    '/?x',
    '/\n/',
  ]) {
    assert.equal(safePath(path), '/')
  }
})
