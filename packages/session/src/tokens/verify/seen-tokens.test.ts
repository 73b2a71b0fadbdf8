import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../../testing/clock.ts'
import type { KeyDocument } from '../keys/key-set.ts'
import { newKeys, rotatedKeys } from '../keys/rotation.ts'
import type { Revocations, TokenSource } from '../revocation/revocations.ts'
import { TokenError } from '../token-error.ts'
import { createTokenGuard } from './guard.ts'
import { createSeenTokens, type Seen } from './seen-tokens.ts'
import { audience, forged, goodClaims, issuer, keys, noon, outcome } from './tokens.test-helper.ts'

/** Revocations that a test ends sessions in, and that says what it was asked. */
function fakeRevocations({ online = false } = {}) {
  const ended = new Set<string>()
  const state = { generation: 1, asked: [] as TokenSource[], isKnown: true, isLate: false }
  const revocations: Revocations = {
    generation() {
      if (!state.isKnown) throw new TokenError('revocations_unknown', 'The list is too old.')
      return online ? null : state.generation
    },
    isEnded(token) {
      state.asked.push(token)
      const isEnded = ended.has(token.sid)
      return online || state.isLate ? Promise.resolve(isEnded) : isEnded
    },
    close: async () => undefined,
  }
  return {
    revocations,
    state,
    end(sid: string) {
      ended.add(sid)
      state.generation++
    },
  }
}

const guardOf = (revocations: Revocations, more = {}) =>
  createTokenGuard({ issuer, audience, keys: keys.EdDSA, now: () => noon, revocations, ...more })
const sid = 'B'.repeat(20)

test('a token that was seen is asked of again when a session has ended, and ends with its own', async () => {
  const { revocations, state, end } = fakeRevocations()
  const guard = guardOf(revocations)
  const token = forged({ claims: { sid } })
  for (let count = 0; count < 3; count++) assert.equal(await outcome(() => guard.verify(token)), 'alice')
  assert.equal(state.asked.length, 1, 'nothing has ended meanwhile')
  const [{ userId, issuedAt } = { userId: '', issuedAt: 0 }] = state.asked
  assert.deepEqual([userId, state.asked[0]?.sid, issuedAt], ['alice', sid, noon])
  end('of another')
  assert.equal(await outcome(() => guard.verify(token)), 'alice')
  assert.equal(state.asked.length, 2)
  end(sid)
  for (let count = 0; count < 2; count++)
    assert.equal(await outcome(() => guard.verify(token)), 'token_revoked')
})

test('what ends while it is asked of is not missed', async () => {
  const { revocations, state, end } = fakeRevocations()
  state.isLate = true
  const guard = guardOf(revocations)
  const token = forged({ claims: { sid } })
  const answer = outcome(() => guard.verify(token))
  end(sid)
  assert.equal(await answer, 'alice', 'it was alive when it was asked')
  assert.equal(await outcome(() => guard.verify(token)), 'token_revoked')
})

test('online, each verification asks', async () => {
  const { revocations, state, end } = fakeRevocations({ online: true })
  const guard = guardOf(revocations)
  const token = forged({ claims: { sid } })
  for (let count = 0; count < 3; count++) assert.equal(await outcome(() => guard.verify(token)), 'alice')
  assert.equal(state.asked.length, 3)
  end(sid)
  assert.equal(await outcome(() => guard.verify(token)), 'token_revoked')
})

test('what cannot be known is 503, also for a token that was seen', async () => {
  const { revocations, state } = fakeRevocations()
  const guard = guardOf(revocations)
  const token = forged()
  assert.equal(await outcome(() => guard.verify(token)), 'alice')
  state.isKnown = false
  for (const each of [token, forged()])
    assert.equal(await outcome(() => guard.verify(each)), 'revocations_unknown')
  const broken = {
    generation: () => null,
    isEnded: () => Promise.reject(new Error('no store')),
    close: async () => {},
  }
  assert.equal(await outcome(() => guardOf(broken).verify(token)), 'revocations_unknown')
})

/** A source whose keys a test exchanges. */
function changing(document: KeyDocument) {
  const source = { name: 'a test', changes: true, read: () => source.document, document }
  return source
}

test('a token that was seen ends with its key, when that is retired for good or dropped', async () => {
  const clock = fakeClock(noon)
  const { now } = clock
  const first = await newKeys({ now })
  const [key] = first.keys
  const source = changing(first)
  const guard = createTokenGuard({ issuer, audience, keys: source, revocations: 'offline', now })
  const signed = { ...(key && { key }), claims: { exp: noon / 1000 + 3600 } }
  const token = forged(signed)
  assert.equal(await outcome(() => guard.verify(token)), 'alice')
  source.document = await rotatedKeys(first, { now, atOnce: true })
  clock.advance('6m')
  for (const each of [token, forged(signed)]) assert.equal(await outcome(() => guard.verify(each)), 'alice')
  clock.advance('5s')
  for (const each of [token, forged(signed)])
    assert.equal(await outcome(() => guard.verify(each)), 'key_unknown', 'its last token is gone')

  const other = forged({ ...(first.keys[1] && { key: first.keys[1] }), claims: goodClaims(now()) })
  assert.equal(await outcome(() => guard.verify(other)), 'alice')
  source.document = await rotatedKeys(source.document, { now, compromised: true })
  clock.advance('31s')
  assert.equal(await outcome(() => guard.verify(other)), 'key_unknown')
})

test('a key of the same name is another key', async () => {
  const clock = fakeClock(noon)
  const named = async () => {
    const { keys } = await newKeys({ now: clock.now })
    return { keys: keys.slice(0, 1).map((key) => ({ ...key, kid: 'one' })) }
  }
  const [before, after] = [await named(), await named()]
  const source = changing(before)
  const guard = createTokenGuard({ issuer, audience, keys: source, revocations: 'offline', now: clock.now })
  const token = forged({ ...(before.keys[0] && { key: before.keys[0] }) })
  assert.equal(await outcome(() => guard.verify(token)), 'alice')
  source.document = after
  clock.advance('31s')
  // Who asks near the end of 30 s reads the keys.
  assert.equal(await outcome(() => guard.verify(forged({ header: { kid: 'other' } }))), 'key_unknown')
  assert.equal(await outcome(() => guard.verify(token)), 'signature_invalid')
})

test('however many tokens come, those that are kept have a bound', () => {
  const most = 200_000
  const seen = createSeenTokens<object>(most)
  const entry = {} as Seen<object>
  for (let count = 0; count < 5000; count++) {
    seen.set(`${count} ${'x'.repeat(count % 700)}`, entry)
    assert.ok(seen.bytes <= most)
    // One that is used stays.
    assert.ok(count === 0 || seen.get('0 '), String(count))
  }
  assert.equal(seen.get('17 xxxxxxxxxxxxxxxxx'), undefined)
  for (let count = 0; count < 5000; count++) seen.delete(`${count} ${'x'.repeat(count % 700)}`)
  assert.equal(seen.bytes, 0)
})

test('a guard can keep none', async () => {
  const { revocations, state } = fakeRevocations()
  const guard = guardOf(revocations, { seenBytes: 0 })
  const token = forged()
  for (let count = 0; count < 2; count++) assert.equal(await outcome(() => guard.verify(token)), 'alice')
  assert.equal(state.asked.length, 2)
})
