import assert from 'node:assert/strict'
import type { Sessions } from '../../sessions.ts'
import { revocationRoute } from '../../tokens/endpoints/revocation-route.ts'
import { testBrowser } from '../browser.ts'
import { fakeClock } from '../clock.ts'
import { claimsOf, clientKey, endpoint, type Granted, nextOf, refreshingServer } from './refreshing.ts'
import { cookieName, type StoreLawBodies, userOf } from './signed-in.ts'

const over = 'invalid_grant'

/** What ends a session, and what it ends of the refresh tokens. */
const endings: Readonly<Record<string, (sessions: Sessions, of: Granted) => Promise<unknown>>> = {
  logout: async (_, { session }) => (await session()).logout(),
  revoke: (sessions, { parent }) => sessions.revoke(parent),
  'another user signs in': async (_, { session }) => (await session()).login('bob'),
  revokeUser: (sessions) => sessions.revokeUser('alice'),
  'revokeUser but for another': (sessions) => sessions.revokeUser('alice', { except: 'another' }),
  revokeAll: (sessions) => sessions.revokeAll(),
}

/** Refresh tokens are sessions' own, on any store. */
export const refreshLaws: StoreLawBodies = {
  async 'refresh: each use gives another token, the same one to two at once and to who lost the answer'(
    store,
  ) {
    const { clock, granted, refresh } = refreshingServer(store)
    const elsewhere = refreshingServer(store, { clock })
    const { token } = await granted()
    let current = token
    const known = new Set([current])
    for (let use = 0; use < 4; use++) {
      const answers = await Promise.all([refresh(current), elsewhere.refresh(current), refresh(current)])
      const next = new Set(answers.map(nextOf))
      assert.equal(next.size, 1)
      clock.advance('1m')
      const [successor = ''] = next
      assert.equal(nextOf(await refresh(current)), successor, 'again, for the answer was lost')
      assert.ok(!known.has(successor))
      known.add(successor)
      current = successor
      clock.advance('5m')
    }
  },

  async 'refresh: an access token is of the session that it came from'(store) {
    const { clock, granted, refresh } = refreshingServer(store)
    const { token, parent, session } = await granted('alice', { scope: ['read', 'write'] })
    clock.advance('10m')
    const { iat, exp, jti, ...claims } = claimsOf(await refresh(token, { scope: 'read' }))
    const authenticated = { auth_time: clock.now() / 1000 - 600 }
    const given = { iss: 'https://id.example.com', aud: 'https://api.example.com', client_id: 'mobile' }
    assert.deepEqual(claims, { ...given, sub: 'alice', sid: parent, scope: 'read', ...authenticated })
    assert.equal(iat, clock.now() / 1000)
    assert.equal((await refresh(token, { scope: 'read delete' })).error, 'invalid_scope')
    await (await session()).reauthenticate()
    const again = claimsOf(await refresh(token))
    assert.deepEqual([again.auth_time, again.scope], [clock.now() / 1000, 'read write'])
  },

  async 'refresh: a token that comes again after its successor was used ends both, and the session'(store) {
    const { clock, sessions, granted, refresh } = refreshingServer(store)
    const { token, session, parent } = await granted()
    const reused: unknown[] = []
    sessions.on('authn_token_reuse', ({ userId }) => reused.push(userId))
    const second = nextOf(await refresh(token))
    const third = nextOf(await refresh(second))
    assert.equal((await refresh(token)).error, over, 'in the moment after it may have been overtaken')
    assert.equal((await session()).userId, 'alice')
    clock.advance('11s')
    assert.equal((await refresh(token)).error, over)
    assert.deepEqual(reused, ['alice'])
    assert.equal((await session()).userId, null)
    assert.equal((await refresh(third)).error, over)
    assert.equal(await store.read(parent), null)
  },

  async 'refresh: who keeps in step with the client is found out'(store) {
    const { clock, granted, refresh } = refreshingServer(store)
    const { token, session } = await granted()
    const mine = nextOf(await refresh(token))
    clock.advance('61s')
    assert.equal((await refresh(token)).error, over)
    assert.equal((await refresh(mine)).error, over)
    assert.equal((await session()).userId, null)
  },

  async 'refresh: a refresh token is no cookie, and a cookie no refresh token'(store) {
    const { sessions, granted, refresh } = refreshingServer(store)
    const { token, browser, session, sid } = await granted()
    assert.equal(await userOf(sessions, `${cookieName}=${token}`), null)
    const both = `${browser.cookie}; ${cookieName}=${token}`
    assert.equal(await userOf(sessions, both), 'alice', 'nor does one beside it make it ambiguous')
    assert.equal((await refresh(browser.cookie?.split('=')[1] ?? '')).error, over)
    const visit = await testBrowser(`${cookieName}=${token}`).visit(sessions)
    await visit.session.login('bob')
    assert.equal((await store.read(sid))?.userId, 'alice')
    assert.equal((await session()).userId, 'alice')
    assert.ok(nextOf(await refresh(token)))
  },

  async 'refresh: the end of its session is its own'(store) {
    for (const [name, end] of Object.entries(endings)) {
      const { sessions, granted, refresh } = refreshingServer(store)
      const one = await granted()
      const next = nextOf(await refresh(one.token))
      await end(sessions, one)
      assert.equal((await refresh(next)).error, over, name)
      assert.equal((await refresh(one.token)).error, over, name)
      assert.equal(await store.read(one.sid), null, `${name}: its record goes too`)
    }
  },

  async 'refresh: its use is a use of its session, which nothing else keeps alive'(store) {
    const { clock, granted, refresh } = refreshingServer(store)
    const { token, session } = await granted()
    let current = token
    for (let use = 0; use < 6; use++) {
      clock.advance('20m')
      current = nextOf(await refresh(current))
    }
    assert.equal((await session()).userId, 'alice')
    clock.advance('30m')
    assert.equal((await refresh(current)).error, over, 'the session was idle for too long')
  },

  async 'refresh: it ends by its own times, and the session goes on'(store) {
    const long = { idleTimeout: '30d', absoluteTimeout: '90d' } as const
    const short = { idleTimeout: '1h', absoluteTimeout: '3h' } as const
    const { clock, granted, refresh } = refreshingServer(store, {
      policies: { default: long, refresh: short },
    })
    const idle = await granted()
    const used = await granted()
    assert.equal(idle.expiresAt, clock.now() + 3_600_000)
    let current = used.token
    for (let use = 0; use < 3; use++) {
      clock.advance('59m')
      current = nextOf(await refresh(current))
    }
    assert.equal((await refresh(idle.token)).error, over)
    clock.advance('4m')
    assert.equal((await refresh(current)).error, over, 'three hours after its user authenticated')
    assert.equal((await used.session()).userId, 'alice')
    await assert.rejects((await used.session()).refreshToken({ clientId: 'mobile', audience: 'api' }), {
      code: 'reauthentication_required',
    })
  },

  async 'refresh: its revocation ends its session, by its client alone'(store) {
    const { sessions, granted, refresh } = refreshingServer(store)
    const revoke = async (token: string, client: string) => {
      const body = new URLSearchParams({ token, client_id: client })
      return (await revocationRoute(sessions)(new Request(endpoint, { method: 'POST', body }))).status
    }
    const one = await granted()
    const other = await granted()
    const next = nextOf(await refresh(one.token))
    assert.equal(await revoke(next, 'stranger'), 400)
    assert.equal((await one.session()).userId, 'alice')
    assert.equal(await revoke(next, 'mobile'), 200)
    assert.equal((await one.session()).userId, null)
    assert.equal((await refresh(next)).error, over)
    assert.equal(await revoke(next, 'mobile'), 200, 'one that is over is answered alike')
    assert.equal(await sessions.revoke(other.sid, { userId: 'alice' }), true)
    assert.equal((await other.session()).userId, null)
  },

  async 'refresh: lists show it with its session, and it is none by itself'(store) {
    const { sessions, granted, refresh } = refreshingServer(store, {
      sessionsPerUser: { max: 2, atCap: 'refuse' },
      refresh: { perSession: 2 },
    })
    const one = await granted()
    const session = await one.session()
    const second = await session.refreshToken({ clientId: 'mobile', audience: 'https://other.example.com' })
    const other = await granted()
    const listed = await sessions.list('alice')
    const shown = new Map(
      listed.map(({ sid, refreshTokens }) => [sid, refreshTokens.map((each) => each.sid)]),
    )
    assert.deepEqual([...shown.keys()].sort(), [one.parent, other.parent].sort())
    assert.deepEqual(shown.get(one.parent)?.toSorted(), [one.sid, second.sid].sort())
    assert.deepEqual(shown.get(other.parent), [other.sid])
    const { clientId, audience } = listed.find(({ sid }) => sid === other.parent)?.refreshTokens[0] ?? {}
    assert.deepEqual([clientId, audience], ['mobile', 'https://api.example.com'])
    assert.equal(await sessions.revokeUser('alice', { except: other.parent }), 1)
    assert.ok(nextOf(await refresh(other.token)))
    assert.deepEqual(
      (await sessions.list('alice')).map(({ sid }) => sid),
      [other.parent],
    )
  },

  async 'refresh: a session has so many at most, and the oldest makes room'(store) {
    const { clock, granted, refresh } = refreshingServer(store, { refresh: { perSession: 2 } })
    const first = await granted()
    const session = await first.session()
    const more: string[] = []
    for (let count = 0; count < 2; count++) {
      clock.advance('1s')
      more.push((await session.refreshToken({ clientId: 'mobile', audience: 'api' })).token)
    }
    assert.equal((await refresh(first.token)).error, over)
    for (const token of more) assert.ok(nextOf(await refresh(token)))
    assert.equal((await session.accessToken({ clientId: 'mobile', audience: 'api' })).token.length > 0, true)
  },

  async 'refresh: another client is given nothing, and costs nobody a session'(store) {
    const { clock, granted, refresh } = refreshingServer(store)
    const { token, session } = await granted()
    assert.equal((await refresh(token, { client_id: 'stranger' })).error, over)
    const next = nextOf(await refresh(token))
    assert.ok(nextOf(await refresh(next)))
    clock.advance('20m')
    assert.equal((await refresh(token, { client_id: 'stranger' })).error, over)
    assert.equal((await session()).userId, 'alice')
  },

  async 'refresh: a token that is bound to a key needs a proof by it, each once on all servers'(store) {
    const clock = fakeClock()
    const { granted, refresh } = refreshingServer(store, { clock })
    const elsewhere = refreshingServer(store, { clock })
    const [own, other] = [clientKey(), clientKey()]
    const { token, session } = await granted('alice', { dpop: own.thumbprint })
    assert.equal((await refresh(token)).error, 'invalid_dpop_proof')
    assert.equal((await refresh(token, {}, other.prove(clock.now()))).error, over)
    const proof = own.prove(clock.now())
    const answer = await refresh(token, {}, proof)
    assert.equal(answer.token_type, 'DPoP')
    assert.deepEqual(claimsOf(answer).cnf, { jkt: own.thumbprint })
    const next = nextOf(answer)
    for (const server of [refresh, elsewhere.refresh])
      assert.equal((await server(token, {}, proof)).error, 'invalid_dpop_proof')
    clock.advance('20m')
    assert.equal(nextOf(await refresh(token, {}, own.prove(clock.now()))), next, 'its client alone can')
    assert.equal((await session()).userId, 'alice')
  },
}
