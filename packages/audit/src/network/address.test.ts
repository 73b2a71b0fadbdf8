import assert from 'node:assert/strict'
import type { LookupFunction } from 'node:net'
import { test } from 'node:test'
import { guardedLookup, lookup } from './address.ts'

const addressOf = (resolver: LookupFunction, name: string) =>
  new Promise((done) => resolver(name, {}, (error, address) => done(error ?? address)))

test('a name below localhost is loopback, as browsers have it, and is asked about under its own name', async () => {
  const asked: string[] = []
  const guarded = guardedLookup((_, hostname) => {
    asked.push(hostname)
    return true
  })
  for (const resolver of [lookup, guarded])
    assert.match(String(await addressOf(resolver, 'auth.localhost')), /^(?:127\.|::1$)/)
  assert.ok(asked.length > 0 && asked.every((name) => name === 'auth.localhost'))
})
