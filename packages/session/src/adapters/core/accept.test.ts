import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prefersJson } from './accept.ts'

test('JSON for who prefers it, text for all others', () => {
  const json = [
    'application/json',
    'application/json, text/plain, */*',
    'application/problem+json',
    'text/html;q=0.5, application/json;q=0.6',
    'Application/JSON ; Q=1',
    'application/json, */*;q=0.1',
  ]
  const text = [
    '',
    '*/*',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'text/plain, application/json',
    'application/json;q=0, */*',
    'application/json;q=0.4, text/html;q=0.5',
    'image/png',
    ',;,q=',
  ]
  for (const accept of json) assert.equal(prefersJson(accept), true, accept)
  for (const accept of text) assert.equal(prefersJson(accept), false, accept)
})
