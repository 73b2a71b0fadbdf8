import { createPublicKey } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import { getIronSession } from 'iron-session'
import { jwtVerify } from 'jose'
import { createSessions, type SessionStore } from 'latchkey'
import { fetchSession } from 'latchkey/fetch'
import {
  createTokenGuard,
  endedFeed,
  type KeyDocument,
  onlineRevocations,
  type Revocations,
  tokens,
} from 'latchkey/tokens'
import { testExchange } from '../../packages/session/src/testing/exchange.ts'
import { openStore, type StoreName } from '../backends/stores.ts'

export type Algorithm = 'EdDSA' | 'ES256' | 'RS256' | 'HS256'

/** A signed-in user's credential as its header line, and how to end it; made where it is issued. */
export interface Credential {
  /** `Cookie` or `Authorization`, and its value. */
  readonly header: readonly [name: string, value: string]
  end(): Promise<void>
}

/** One way to know who a request is from. */
export interface Way {
  readonly name: string
  readonly isOurs: boolean
  /** The server whose store processes share; null for a store of one process, or none. */
  readonly server: 'redis' | 'postgres' | null
  /**
   * What another process makes of a logout: it is obeyed, or the credential goes on until it expires. Null: not asked, as
   * there is no other process, or another way says it.
   */
  readonly logout: 'obeyed' | 'expires' | null
  /** Issues for a user. */
  issue(user: string): Promise<Credential>
  /** Makes the process's own verifier: it says who a credential is from, or null; rejects when it cannot know. */
  verifier(): Promise<(value: string) => Promise<string | null> | string | null>
}

export const issuer = 'https://id.example'
export const audience = 'https://api.example'
/** How old what a guard knows may be, and how often it asks, in the feed mode. */
export const feedBounds = { pollInterval: '1s', maxAge: '3s' } as const

/** What the processes of one comparison share. */
export interface Shared {
  /** Keys for each algorithm. */
  readonly keys: Readonly<Record<Algorithm, KeyDocument>>
  /** For iron-session. */
  readonly password: string
}

const opened = new Map<StoreName, Promise<SessionStore>>()

/** One store of each name in a process. */
function storeOf(name: StoreName): Promise<SessionStore> {
  const store = opened.get(name) ?? openStore(name)
  opened.set(name, store)
  return store
}

function sessionsOver(store: SessionStore) {
  return createSessions({ store, sweepInterval: false, crossOrigin: false })
}

function visit(cookie: string) {
  return new Request('https://app.example/', { headers: { cookie } })
}

/** A session at the server, read from its store at every request. */
function stateful(name: string, storeName: StoreName, server: Way['server'] = null): Way {
  return {
    ...{ name, isOurs: true, server, logout: server && 'obeyed' },
    async issue(user) {
      const sessions = sessionsOver(await storeOf(storeName))
      let sid = ''
      const handle = fetchSession(sessions, async (_, session) => {
        await session.login(user)
        sid = session.sid ?? ''
        return new Response()
      })
      const cookie = (await handle(visit(''))).headers.getSetCookie()[0]?.split(';')[0] ?? ''
      return { header: ['Cookie', cookie], end: async () => void (await sessions.revoke(sid)) }
    },
    async verifier() {
      const sessions = sessionsOver(await storeOf(storeName))
      return async (cookie) => {
        const header = (name: string) => (name === 'cookie' ? cookie : null)
        const session = await sessions.open(testExchange({ header }))
        return session.userId
      }
    },
  }
}

/** Access tokens of sessions on a store, verified in one of the three modes. */
function ours(
  name: string,
  storeName: StoreName,
  mode: 'offline' | 'feed' | 'online',
  { keys }: Shared,
): Way {
  const server = storeName === 'redis' ? 'redis' : 'postgres'
  return {
    ...{ name, isOurs: true, server, logout: mode === 'offline' ? 'expires' : 'obeyed' },
    issue: (user) => issueToken(user, storeName, 'EdDSA', keys.EdDSA),
    async verifier() {
      const revocations = mode === 'offline' ? mode : revocationsOf(mode, await storeOf(storeName))
      const guard = createTokenGuard({ issuer, audience, keys: keys.EdDSA, revocations })
      return async (token) => {
        try {
          return (await guard.verify(token)).userId
        } catch (error) {
          if ((error as { status?: number }).status === 401) return null
          throw error
        }
      }
    },
  }
}

function revocationsOf(mode: 'feed' | 'online', store: SessionStore): Revocations {
  return mode === 'feed'
    ? endedFeed(store, { ...feedBounds, warn: () => undefined })
    : onlineRevocations(store)
}

async function issueToken(
  user: string,
  storeName: StoreName,
  alg: Algorithm,
  keys: KeyDocument,
): Promise<Credential> {
  const issuing = tokens({ issuer, keys, audiences: { [audience]: { alg } } })
  const sessions = createSessions({
    store: await storeOf(storeName),
    tokens: issuing,
    sweepInterval: false,
    crossOrigin: false,
  })
  let [sid, token] = ['', '']
  const handle = fetchSession(sessions, async (_, session) => {
    await session.login(user)
    sid = session.sid ?? ''
    token = (await session.accessToken({ audience, clientId: 'compare' })).token
    return new Response()
  })
  await handle(visit(''))
  return { header: ['Authorization', `Bearer ${token}`], end: async () => void (await sessions.revoke(sid)) }
}

/** The same tokens by a library that asks nobody. */
function offline(
  library: 'jose' | 'fast-jwt' | 'fast-jwt, cache on',
  algorithm: Algorithm,
  { keys }: Shared,
): Way {
  const [jwk] = keys[algorithm].keys
  if (!jwk) throw new Error(`There is no key for ${algorithm}.`)
  return {
    ...{ name: `JWT ${algorithm}, ${library}`, isOurs: false, server: null },
    // It asks nobody, whatever signs.
    logout: algorithm === 'EdDSA' ? 'expires' : null,
    issue: (user) => issueToken(user, 'memory', algorithm, keys[algorithm]),
    async verifier() {
      const symmetric = Buffer.from(String(jwk.k ?? ''), 'base64url')
      const key = algorithm === 'HS256' ? symmetric : createPublicKey({ key: { ...jwk }, format: 'jwk' })
      if (library === 'jose') {
        const options = { issuer, audience, typ: 'at+jwt', algorithms: [algorithm] }
        return async (token) =>
          jwtVerify(token, key, options).then(
            ({ payload }) => payload.sub ?? null,
            () => null,
          )
      }
      const verify = createVerifier({
        key: Buffer.isBuffer(key) ? key : key.export({ type: 'spki', format: 'pem' }).toString(),
        algorithms: [algorithm],
        allowedIss: issuer,
        allowedAud: audience,
        checkTyp: 'at+jwt',
        cache: library === 'fast-jwt, cache on',
      })
      return (token) => {
        try {
          return verify(token).sub
        } catch {
          return null
        }
      }
    },
  }
}

/** iron-session: the session sealed in the cookie, and no server has a record of it. */
function encryptedCookie({ password }: Shared): Way {
  const options = { password, cookieName: 'session' }
  const open = (cookie: string) => getIronSession<{ user?: string }>(visit(cookie), new Response(), options)
  return {
    ...{ name: 'encrypted cookie, iron-session', isOurs: false, server: null, logout: 'expires' },
    async issue(user) {
      const answer = new Response()
      const session = await getIronSession<{ user?: string }>(visit(''), answer, options)
      session.user = user
      await session.save()
      const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      // What its logout does: an answer that removes the cookie from the browser.
      return { header: ['Cookie', cookie], end: async () => (await open(cookie)).destroy() }
    },
    async verifier() {
      return async (cookie) => (await open(cookie)).user ?? null
    },
  }
}

export function waysOf(shared: Shared): readonly Way[] {
  const algorithms: readonly Algorithm[] = ['EdDSA', 'ES256', 'RS256', 'HS256']
  return [
    stateful('session, memory', 'memory'),
    stateful('session, SQLite', 'sqlite'),
    stateful('session, Redis', 'redis', 'redis'),
    stateful('session, PostgreSQL', 'postgres', 'postgres'),
    stateful('session, Redis, near cache', 'cached-redis', 'redis'),
    stateful('session, PostgreSQL, near cache', 'cached-postgres', 'postgres'),
    ours('latchkey token, offline', 'redis', 'offline', shared),
    ours('latchkey token, feed by Redis', 'redis', 'feed', shared),
    ours('latchkey token, feed by PostgreSQL', 'postgres-announcing', 'feed', shared),
    ours('latchkey token, online by Redis', 'redis', 'online', shared),
    ...(['jose', 'fast-jwt', 'fast-jwt, cache on'] as const).flatMap((library) =>
      algorithms.map((algorithm) => offline(library, algorithm, shared)),
    ),
    encryptedCookie(shared),
  ]
}
