import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createSessions } from '../../create-sessions.ts'
import { isSessionError } from '../../errors.ts'
import type { SessionStore } from '../../store.ts'
import { testBrowser } from '../../testing/browser.ts'
import { fakeClock } from '../../testing/clock.ts'
import { aroundStore, brokenStore } from '../../testing/wrapped-store.ts'
import { tokenRoute } from '../endpoints/token-route.ts'
import { tokens } from '../issue/tokens.ts'
import type { KeyDocument } from '../keys/key-set.ts'
import { newKeys, rotatedKeys } from '../keys/rotation.ts'
import type { KeySource } from '../keys/sources.ts'
import { endedFeed } from '../revocation/feed.ts'
import { onlineRevocations } from '../revocation/online.ts'
import type { Revocations } from '../revocation/revocations.ts'
import { isTokenError } from '../token-error.ts'
import { createTokenGuard, type TokenGuard } from '../verify/guard.ts'
import { type Step, step } from './step.test-helper.ts'

const issuer = 'https://id.example'
const audience = 'https://api.example'
const maxAge = 60_000
const idle = 30 * 60_000
/** A use is written once a minute, and clocks differ by some seconds. */
const idleSlack = 75_000

interface Login {
  readonly user: string
  readonly sid: string
  readonly cookie: string
  /** The step in which it ended. */
  endedAt: number | null
  usedAt: number
}

/** A client with a refresh token. */
interface Grant {
  readonly of: Login
  text: string
  usedAt: number
}

interface Issued {
  readonly of: Login
  readonly text: string
  readonly expiresAt: number
  readonly issuedAt: number
}

/**
 * Random lives of tokens: sign-ins, tokens, endings of every kind, key rotations, waiting, polls that fail, guards that start
 * again, servers whose clocks differ. After each step the guards let in what they must, and nobody for longer than they say.
 */
export async function livesOn(make: () => Promise<SessionStore>, count: number): Promise<void> {
  const steps = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' })
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => live(await make(), steps)),
    { numRuns: count },
  )
}

/** Two servers that issue, and guards elsewhere that poll, that ask each time, and that are offline. */
async function live(store: SessionStore, steps: readonly Step[]): Promise<void> {
  const clock = fakeClock()
  const skew = [0, 0]
  let document: KeyDocument = await newKeys({ now: clock.now })
  const keys: KeySource = { name: 'the keys of the life', changes: true, read: () => document }
  const servers = [0, 1].map((at) => {
    const now = () => clock.now() + (skew[at] ?? 0)
    const issuing = tokens({ issuer, keys, refresh: { policy: 'refresh' }, now })
    return createSessions({
      store,
      tokens: issuing,
      policies: { default: {}, refresh: {} },
      sweepInterval: false,
      now,
    })
  })
  const elsewhere = brokenStore(aroundStore(store, async (run) => run()))
  let isOut = false
  let feed = startFeed()
  const guardOf = (revocations: Revocations | 'offline') =>
    createTokenGuard({ issuer, audience, keys, revocations, clockSkew: '5s', now: clock.now })
  let polling = guardOf(feed)
  const online = guardOf(onlineRevocations(elsewhere, { now: clock.now }))
  const offline = guardOf('offline')
  /** The step and the time at which the polling guard knew everything last; null before its first answer. */
  let knew: { readonly step: number; readonly at: number } | null = null
  const logins: Login[] = []
  const grants: Grant[] = []
  const routes = servers.map((sessions) => tokenRoute(sessions))
  const issued: Issued[] = []
  let rotatedAt = Number.NEGATIVE_INFINITY
  let allEndedAt = Number.NEGATIVE_INFINITY

  function startFeed() {
    const options = { pollInterval: '59s', maxAge, now: clock.now, elapsed: clock.now } as const
    return endedFeed(elsewhere, { ...options, warn: () => undefined })
  }

  const chosen = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(list.length, 1)]
  const end = (at: number, fits: (login: Login) => boolean) => {
    for (const login of logins) if (fits(login)) login.endedAt ??= at
  }

  async function poll(at: number): Promise<void> {
    const time = clock.now()
    await feed.refresh().then(
      () => {
        knew = { step: at, at: time }
      },
      (error) => assert.ok(isOut, error),
    )
  }

  async function login(user: string, at: number): Promise<void> {
    const browser = testBrowser()
    const { session, respond } = await browser.visit(servers[at] as (typeof servers)[0])
    await session.login(user)
    respond()
    logins.push({
      user,
      sid: session.sid ?? '',
      cookie: browser.cookie ?? '',
      endedAt: null,
      usedAt: clock.now(),
    })
  }

  async function issue(of: Login, at: number): Promise<void> {
    const browser = testBrowser(of.cookie)
    try {
      const { session } = await browser.visit(servers[at] as (typeof servers)[0])
      const { token, expiresAt } = await session.accessToken({ audience, clientId: 'life' })
      assert.equal(of.endedAt, null, 'a token was issued from a session that had ended')
      of.usedAt = clock.now()
      issued.push({ of, text: token, expiresAt, issuedAt: clock.now() + (skew[at] ?? 0) })
    } catch (error) {
      assert.ok(isSessionError(error) && error.code === 'session_ended', String(error))
      assert.ok(
        of.endedAt !== null || clock.now() >= of.usedAt + idle - idleSlack,
        'a live session got no token',
      )
    }
  }

  async function grant(of: Login, at: number): Promise<void> {
    const { session } = await testBrowser(of.cookie).visit(servers[at] as (typeof servers)[0])
    try {
      const { token } = await session.refreshToken({ clientId: 'life', audience })
      assert.equal(of.endedAt, null, 'a refresh token was made of a session that had ended')
      of.usedAt = clock.now()
      grants.push({ of, text: token, usedAt: clock.now() })
    } catch (error) {
      assert.ok(isSessionError(error) && error.code === 'session_ended', String(error))
      assert.ok(of.endedAt !== null || clock.now() >= of.usedAt + idle - idleSlack)
    }
  }

  async function refresh(granted: Grant, at: number): Promise<void> {
    const { of, text } = granted
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: text, client_id: 'life' })
    const answer = await (routes[at] as (typeof routes)[0])(
      new Request(`${issuer}/token`, { method: 'POST', body }),
    )
    const said = (await answer.json()) as Record<string, string>
    if (answer.status !== 200) {
      assert.equal(said.error, 'invalid_grant')
      const usedAt = Math.min(of.usedAt, granted.usedAt)
      assert.ok(of.endedAt !== null || clock.now() >= usedAt + idle - idleSlack, 'a live session was refused')
      return
    }
    assert.equal(of.endedAt, null, 'a session that had ended was refreshed')
    const { access_token: token = '', refresh_token: next } = said
    if (next !== undefined) granted.text = next
    granted.usedAt = of.usedAt = clock.now()
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    issued.push({ of, text: token, expiresAt: exp * 1000, issuedAt: clock.now() + (skew[at] ?? 0) })
  }

  async function outcome(guard: TokenGuard, { text }: Issued): Promise<string> {
    try {
      await guard.verify(text)
      return 'in'
    } catch (error) {
      assert.ok(isTokenError(error), String(error))
      return error.code
    }
  }

  async function verify(token: Issued): Promise<void> {
    const now = clock.now()
    const { of, expiresAt, issuedAt } = token
    const isOver = now >= expiresAt + 5000
    // All of them: no token outlives its time, and no key ends before its last token.
    const expected = isOver ? 'token_expired' : 'in'
    // A key that nobody needs any more may be gone, and one that signs at once be asked for in a second only.
    const mayLackKey = isOver || now < rotatedAt + 1000
    const offlineSaid = await outcome(offline, token)
    if (mayLackKey && offlineSaid === 'key_unknown') return
    assert.equal(offlineSaid, expected, 'offline')

    const onlineSaid = await outcome(online, token)
    const isEnded = of.endedAt !== null
    if (!isOver && !isOut && !(mayLackKey && onlineSaid === 'key_unknown'))
      assert.equal(onlineSaid, isEnded ? 'token_revoked' : 'in', 'bound 0')
    if (isOut) assert.notEqual(onlineSaid, 'in', 'nobody is let in while it cannot be known')

    const said = await outcome(polling, token)
    // A guard that starts asks before its first answer.
    if (knew === null && (said === 'in' || said === 'token_revoked')) knew = { step: at, at: now }
    if (said === 'in') {
      assert.ok(knew, 'it was let in by a guard that knows nothing')
      assert.ok(!isOver)
      assert.ok(now - knew.at <= maxAge, 'it was let in by what was known long ago')
      assert.ok(
        of.endedAt === null || of.endedAt > knew.step,
        'it outlived its session by more than one poll',
      )
    } else if (said === 'token_revoked') {
      assert.ok(isEnded || issuedAt <= allEndedAt + 5000 + 4000, 'a live token was refused')
    } else if (said === 'revocations_unknown') {
      assert.ok(isOut || !knew || now - knew.at > maxAge, 'a guard that knew did not say')
    } else assert.ok(mayLackKey, `${said} for a token that lives`)
  }

  let at = 0
  try {
    // What a guard asks as it starts.
    await poll(at)
    for (const step of steps) {
      at++
      if (step.act === 'login') await login(['alice', 'bob'][step.user] ?? '', step.server)
      const of = 'which' in step ? chosen(logins, step.which) : undefined
      if (step.act === 'issue' && of) await issue(of, step.server)
      if (step.act === 'grant' && of) await grant(of, step.server)
      if (step.act === 'refresh') {
        const granted = chosen(grants, step.which)
        if (granted) await refresh(granted, step.server)
      }
      if (step.act === 'verify') {
        const token = chosen(issued, step.which)
        if (token) await verify(token)
      }
      const sessions = 'server' in step ? servers[step.server] : undefined
      if (step.act === 'logout' && of && sessions) {
        const { session } = await testBrowser(of.cookie).visit(sessions)
        await session.logout()
        end(at, (login) => login === of)
      }
      if (step.act === 'revoke' && of) {
        await sessions?.revoke(of.sid)
        end(at, (login) => login === of)
      }
      if (step.act === 'revokeUser') {
        const user = ['alice', 'bob'][step.user]
        await sessions?.revokeUser(user ?? '')
        end(at, (login) => login.user === user)
      }
      if (step.act === 'revokeAll') {
        await sessions?.revokeAll()
        allEndedAt = clock.now() + (skew[step.server] ?? 0)
        end(at, () => true)
      }
      if (step.act === 'poll') await poll(at)
      if (step.act === 'wait') clock.advance(step.ms)
      if (step.act === 'restart') {
        await feed.close()
        feed = startFeed()
        polling = guardOf(feed)
        knew = null
        await poll(at)
      }
      if (step.act === 'outage') {
        isOut = step.on
        elsewhere.fail(isOut)
      }
      if (step.act === 'rotate') {
        document = await rotatedKeys(document, { atOnce: true, now: clock.now })
        rotatedAt = clock.now()
      }
      if (step.act === 'skew') skew[step.server] = step.ms
    }
  } finally {
    await Promise.all([feed.close(), store.close?.()])
  }
}
