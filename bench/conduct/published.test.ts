import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isBefore, versionOf } from './published.ts'

test('versions are compared by their numbers', () => {
  const before = [
    ['11.1.3', '11.1.6'],
    ['11.1.6', '11.1.10'],
    ['1.7.15', '1.7.16'],
    ['1.7.16-beta.1', '1.7.16'],
    ['1.9.9', '2.0.0'],
  ] as const
  for (const [version, other] of before)
    assert.deepEqual([isBefore(version, other), isBefore(other, version)], [true, false], version)
  assert.equal(isBefore('1.7.16', '1.7.16'), false)
})

test('a peer is named with the version that is installed, and one with a CVE with that', () => {
  const { version } = JSON.parse(readFileSync('node_modules/koa-session/package.json', 'utf8'))
  assert.equal(versionOf('koa-session'), `koa-session ${version}`)
  assert.equal(versionOf('no-such-peer'), 'no-such-peer, not installed')
  const fastify = JSON.parse(readFileSync('node_modules/@fastify/session/package.json', 'utf8')).version
  assert.equal(versionOf('@fastify/session').includes('CVE-2026-117499'), isBefore(fastify, '11.1.6'))
})
