import assert from 'node:assert/strict'
import test from 'node:test'
import { isCrossOrigin } from './csrf.ts'

const host = 'console.example:3000'
const asks = (method: string, headers: Readonly<Record<string, string>>) =>
  isCrossOrigin(method, (name) => ({ host, ...headers })[name])

test('safe methods pass, whoever asks', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    assert.equal(asks(method, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }), false)
  }
})

test('Sec-Fetch-Site decides where it is sent', () => {
  const origin = 'https://evil.example'
  for (const site of ['same-origin', 'none'])
    assert.equal(asks('POST', { 'sec-fetch-site': site, origin }), false)
  for (const site of ['same-site', 'cross-site', 'invented']) {
    assert.equal(asks('POST', { 'sec-fetch-site': site, origin: `http://${host}` }), true, site)
  }
})

test('without it the Origin must name this host', () => {
  assert.equal(asks('POST', { origin: `http://${host}` }), false)
  assert.equal(asks('POST', { origin: `https://${host}` }), false)
  for (const origin of [
    'null',
    'https://evil.example',
    'http://console.example',
    `http://${host}.evil.example`,
  ]) {
    assert.equal(asks('POST', { origin }), true, origin)
  }
  assert.equal(asks('DELETE', { origin: 'null' }), true)
})

test('a client that sends neither is no browser of today', () => {
  assert.equal(asks('POST', {}), false)
})
