import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { nodeUrl } from './node-url.ts'

const requested = (more: object) =>
  nodeUrl({
    url: '/notes?page=2',
    headers: { host: 'api.example.com' },
    socket: {},
    ...more,
  } as IncomingMessage)

test('the address of a request has its scheme, its host and its path', () => {
  assert.equal(requested({}), 'http://api.example.com/notes?page=2')
  assert.equal(requested({ socket: { encrypted: true } }), 'https://api.example.com/notes?page=2')
  assert.equal(requested({ headers: { ':authority': '[::1]:3000' } }), 'http://[::1]:3000/notes?page=2')
  assert.equal(requested({ url: '/2', originalUrl: '/notes/2' }), 'http://api.example.com/notes/2')
})

test('a host that is more than a host says nothing of the path', () => {
  for (const host of ['api.example.com/other?', 'api.example.com#', 'me@api.example.com', 'a b', '', 'a\\b'])
    assert.equal(requested({ headers: { host } }), 'http://invalid/notes?page=2', host)
})

test('a proxy’s form of the target has the path that frameworks route by', () => {
  assert.equal(requested({ url: 'http://other.example/notes' }), 'http://api.example.com/notes')
  assert.equal(requested({ url: '*' }), 'http://api.example.com/')
})
