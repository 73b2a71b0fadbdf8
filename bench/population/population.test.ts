import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions, memoryStore } from 'latchkey'
import { testExchange } from 'latchkey/testing'
import { type Payload, payloadOf } from '../speed/payload.ts'
import { cookieAt, recordAt, tokenAt, userAt } from './population.ts'

const minutes = 60_000

test('a derived record is what a sign-in stores', async () => {
  const now = Date.now()
  const store = memoryStore()
  const sessions = createSessions<Payload>({ store, now: () => now })
  const exchange = {
    ...testExchange(),
  }
  const session = await sessions.open(exchange)
  await session.login(userAt(7))
  await session.set(payloadOf(userAt(7)))
  const [stored] = await store.list(userAt(7))
  const derived = recordAt(7, { now, expiresAt: now + 30 * minutes })
  assert.ok(stored)
  assert.deepEqual(derived, { ...stored, sid: derived.sid, secretHash: derived.secretHash })
  assert.equal(derived.secretHash.length, stored.secretHash.length)
  await sessions.close()
})

test('a derived cookie opens its session, and no other does', async () => {
  const now = Date.now()
  const store = memoryStore()
  for (const n of [0, 1]) await store.create(recordAt(n, { now, expiresAt: now + 30 * minutes }))
  const sessions = createSessions({ store })
  const userOf = async (cookie: string) => {
    const header = (name: string) => (name === 'cookie' ? cookie : undefined)
    return (await sessions.open(testExchange({ header }))).userId
  }
  assert.equal(await userOf(cookieAt(1)), userAt(1))
  assert.equal(await userOf(`__Host-session=${tokenAt(0).slice(0, 20)}${tokenAt(1).slice(20)}`), null)
  assert.equal(await userOf(cookieAt(2)), null)
  await sessions.close()
})
