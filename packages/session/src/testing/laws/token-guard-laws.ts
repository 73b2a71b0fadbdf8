import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createSessions } from '../../create-sessions.ts'
import type { SessionStore } from '../../store.ts'
import { tokens } from '../../tokens/issue/tokens.ts'
import { schemes } from '../../tokens/keys/algorithms.ts'
import { importJwk } from '../../tokens/keys/jwk.ts'
import type { KeyDocument, ManagedJwk } from '../../tokens/keys/key-set.ts'
import { newKeys, rotatedKeys } from '../../tokens/keys/rotation.ts'
import { isTokenError } from '../../tokens/token-error.ts'
import { createTokenGuard, type TokenGuard } from '../../tokens/verify/guard.ts'
import type { TokenGuardOptions } from '../../tokens/verify/guard-options.ts'
import { testBrowser } from '../browser.ts'
import { type FakeClock, fakeClock } from '../clock.ts'
import { hasCode, type StoreLawBodies } from './signed-in.ts'

const issuer = 'https://id.example.com'
const audience: string = 'https://api.example.com'
const asked = { audience, clientId: 'mobile' }
const lifetime = '5m'

/** An issuer on a store, with keys that a law exchanges, and Alice signed in. */
async function setUp(store: SessionStore, clock: FakeClock = fakeClock()) {
  const { now } = clock
  const source = {
    name: 'a law',
    changes: true,
    read: () => source.document,
    document: await newKeys({ lifetime, now }),
  }
  const issuing = (options: { issuer?: string; typ?: 'JWT'; keys?: KeyDocument } = {}) => {
    const { typ, keys = source } = options
    const audiences = typ && { [audience]: { typ } }
    const made = tokens({ issuer: options.issuer ?? issuer, keys, now, ...(audiences && { audiences }) })
    return createSessions({ store, tokens: made, now, sweepInterval: false })
  }
  const sessions = issuing()
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  /** A token of the same session from another issuer. */
  const issuedBy = async (options: Parameters<typeof issuing>[0]) =>
    (await (await browser.visit(issuing(options))).session.accessToken(asked)).token
  const guard = (options: Partial<TokenGuardOptions> = {}) =>
    createTokenGuard({
      issuer,
      audience,
      keys: source,
      revocations: 'offline',
      clockSkew: 0,
      now,
      ...options,
    })
  return { clock, source, sessions, session: visit.session, issuedBy, guard }
}

async function isLetIn(guard: TokenGuard, token: string): Promise<boolean> {
  try {
    await guard.verify(token)
    return true
  } catch (error) {
    if (!isTokenError(error) || error.status !== 401) throw error
    return false
  }
}

/** A token that somebody made who has a key, and obeys nobody. */
function forgedWith(key: ManagedJwk | undefined, token: string, exp: number): string {
  const [head = '', body = ''] = token.split('.')
  const jwk = key ?? { kty: '' }
  const { signs, algorithm, kid } = importJwk(jwk)
  assert.ok(signs)
  const header = { ...JSON.parse(Buffer.from(head, 'base64url').toString()), kid }
  const claims = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), exp }
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const text = parts.join('.')
  return `${text}.${schemes[algorithm].sign(Buffer.from(text), signs).toString('base64url')}`
}

const seconds = (clock: FakeClock) => Math.floor(clock.now() / 1000)

/** What verifies where, and for how long; over sessions that are kept in the store. */
export const tokenGuardLaws: StoreLawBodies = {
  async 'tokens: a token verifies where it was issued for, and under no other issuer'(store) {
    const { session, issuedBy, guard } = await setUp(store)
    const { token } = await session.accessToken(asked)
    assert.ok(await isLetIn(guard(), token))
    for (const other of [`${issuer}/`, `${issuer}:443`, issuer.toUpperCase(), 'https://id.example.org'])
      assert.equal(await isLetIn(guard({ issuer: other }), token), false, other)
    const others = await issuedBy({ issuer: 'https://id.example.org' })
    assert.equal(await isLetIn(guard(), others), false)
  },

  async 'tokens: no token verifies for another audience'(store) {
    const { session, guard } = await setUp(store)
    for (const other of [
      `${audience}/`,
      'https://api.example',
      'https://api.example.com.evil.example',
      'api',
    ]) {
      const { token } = await session.accessToken({ ...asked, audience: other })
      assert.equal(await isLetIn(guard(), token), false, other)
      assert.ok(await isLetIn(guard({ audience: ['another', other] }), token))
    }
  },

  async 'tokens: no token verifies as another type'(store) {
    const { session, issuedBy, guard } = await setUp(store)
    const { token } = await session.accessToken(asked)
    assert.equal(await isLetIn(guard({ typ: 'JWT' }), token), false)
    const plain = await issuedBy({ typ: 'JWT' })
    assert.equal(await isLetIn(guard(), plain), false)
    assert.ok(await isLetIn(guard({ typ: 'JWT' }), plain))
  },

  async 'tokens: no token verifies under another key, whatever it is called'(store) {
    const { clock, source, session, guard } = await setUp(store)
    const { token } = await session.accessToken(asked)
    const [current] = source.document.keys
    const { keys } = await newKeys({ now: clock.now })
    const later = seconds(clock) + 60
    assert.ok(
      await isLetIn(guard(), forgedWith(current, token, later)),
      'the forgery is good but for its key',
    )
    for (const kid of [current?.kid, 'unknown'])
      assert.equal(
        await isLetIn(guard(), forgedWith({ ...keys[0], kty: 'OKP', kid: kid ?? '' }, token, later)),
        false,
      )
    // The public key as the secret of a symmetric one (RFC 8725 section 2.1).
    const [, body = ''] = token.split('.')
    const header = { alg: 'HS256', typ: 'at+jwt', kid: current?.kid }
    const text = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${body}`
    for (const secret of [
      Buffer.from(current?.x ?? '', 'base64url'),
      current?.x ?? '',
      JSON.stringify(current),
    ]) {
      const mac = createHmac('sha256', secret).update(text).digest('base64url')
      assert.equal(await isLetIn(guard(), `${text}.${mac}`), false)
    }
  },

  async 'tokens: a retired key verifies until its last token is gone, and not after'(store) {
    const { clock, source, session, guard } = await setUp(store)
    const old = source.document.keys[0]
    const [one, other] = [guard(), guard()]
    const { token: first } = await session.accessToken(asked)
    // Somebody has copied the key, and means it to last.
    const copied = forgedWith(old, first, seconds(clock) + 86_400)
    assert.ok(await isLetIn(one, copied))
    source.document = await rotatedKeys(source.document, { now: clock.now, atOnce: true })
    // A server that has not read the keys yet signs with the old one until it does.
    clock.advance('23s')
    const { token: last, expiresAt } = await session.accessToken(asked)
    for (const step of ['8s', '4m', '51s'] as const) {
      clock.advance(step)
      for (const each of [one, other]) assert.ok(await isLetIn(each, last), 'the last token of the old key')
    }
    assert.ok(clock.now() >= expiresAt - 1000)
    const { token: newer } = await session.accessToken(asked)
    assert.notEqual(newer.split('.')[0], last.split('.')[0], 'the new key signs')
    clock.advance('1m')
    for (const each of [one, other]) {
      assert.equal(await isLetIn(each, copied), false, 'seen before, or not')
      assert.ok(await isLetIn(each, newer))
    }
  },

  async 'tokens: a key that was dropped verifies nothing, also of what was seen'(store) {
    const { clock, source, session, guard } = await setUp(store)
    const one = guard()
    const { token } = await session.accessToken(asked)
    assert.ok(await isLetIn(one, token))
    source.document = await rotatedKeys(source.document, { now: clock.now, compromised: true })
    clock.advance('31s')
    assert.equal(await isLetIn(one, token), false)
    assert.ok(await isLetIn(one, (await session.accessToken(asked)).token))
  },

  async 'tokens: a session that has ended issues none'(store) {
    const { sessions, session } = await setUp(store)
    assert.ok(await session.accessToken(asked))
    await sessions.revokeUser('alice')
    await assert.rejects(session.accessToken(asked), hasCode('session_ended'))
  },

  async 'tokens: no token outlives the times of its session'(store) {
    const { clock, session, guard } = await setUp(store)
    clock.advance('28m')
    const { token, expiresAt } = await session.accessToken(asked)
    assert.ok(expiresAt <= clock.now() + 2 * 60_000)
    const one = guard()
    assert.ok(await isLetIn(one, token))
    clock.advance('2m')
    assert.equal(await isLetIn(one, token), false)
    await assert.rejects(session.accessToken(asked), hasCode('session_ended'))
  },
}
