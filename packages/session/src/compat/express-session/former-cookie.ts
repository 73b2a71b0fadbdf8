import type { IncomingMessage } from 'node:http'
import { removal } from '../../cookie/scope.ts'
import { isTrustworthy } from '../../cookie/warning.ts'
import type { Exchange } from '../../exchange.ts'
import { reservedPrefix } from '../../record/values/json.ts'
import type { Handle } from '../../request/handle.ts'
import { Session as LatchkeySession } from '../../session.ts'
import type { FormerCookie, FormerSession } from '../former-store.ts'
import { signedIds } from '../signed-cookie.ts'
import { type Successor, takeOver } from '../taking-over.ts'
import { Cookie } from './cookie.ts'
import { cookieKey, noteOf } from './cookie-note.ts'
import { userOf } from './plan.ts'
import { longPolicy, type Settings } from './settings.ts'

/**
 * Takes over the session that a visitor's request brings in express-session's cookie, and removes that cookie.
 * @throws SessionError `store_unavailable`, `value_not_json`, `record_too_large`
 */
export async function takeFormerOver(
  req: IncomingMessage,
  settings: Settings,
  session: LatchkeySession,
  exchange: Exchange,
): Promise<void> {
  const { former, name } = settings
  if (!former || session.sid !== null || !exchange.canSetCookie) return
  const ids = signedIds(exchange.header('cookie'), former.cookie)
  if (ids.length === 0) return
  // The browser would drop the new cookie, and the old session would be gone.
  if (settings.cookieFor(req).secure === true && !isTrustworthy(exchange)) return warnOfPlain(session)
  await LatchkeySession.run(session, 'takeOver', async (handle) => {
    // A newer cookie of this browser names a living session, under another secret than it has.
    if (handle.lost) return
    const taken = await takeOver(handle, ids, former.sessions, (of) => successorOf(of, req, settings, handle))
    if (taken && former.cookie.name !== name)
      exchange.setCookie(former.cookie.name, removalOf(former.cookie.name, taken.former?.cookie))
  })
}

function warnOfPlain(session: LatchkeySession): Promise<void> {
  return LatchkeySession.run(session, 'takeOver', async ({ context }) =>
    context.warn(
      'latchkey: a session of before was not taken over, since browsers refuse the Secure cookie over plain http. Serve ' +
        'https (a proxy that ends TLS should send X-Forwarded-Proto: https), or write cookie: { secure: false }.',
    ),
  )
}

function successorOf(
  { values, cookie: former }: FormerSession,
  req: IncomingMessage,
  settings: Settings,
  { context }: Handle,
): Successor {
  const names = Object.keys(values).filter(
    (name) => !settings.kind.isMethod(name) && !isRefused(name, context.warn),
  )
  const texts = names.map((name) => [name, context.values.encode(name, values[name])] as const)
  const { cookie, policy } = cookieOf(former, req, settings, context.now)
  const note = noteOf(cookie, settings.cookieFor(req))
  return {
    userId: userOf(values, settings),
    policy,
    data: { ...Object.fromEntries(texts), ...(note && { [cookieKey]: note.text }) },
  }
}

/** A session that was to live longer than others does so, as far as `longestMaxAge` goes. */
function cookieOf(former: FormerCookie, req: IncomingMessage, settings: Settings, now: () => number) {
  const cookie = settings.cookieFor(req)
  const { idle, longest } = settings
  const age = former.originalMaxAge === null ? null : Math.min(former.originalMaxAge, longest ?? idle)
  // The policy is what the first save would have it be: another one would be a new token, which no other request has.
  if (age === null || age === cookie.originalMaxAge) return { cookie, policy: 'default' }
  const own = new Cookie(cookie.data, now)
  // Not among the data, which has the originalMaxAge of the options.
  own.maxAge = age
  return { cookie: own, policy: age > idle ? longPolicy : 'default' }
}

function isRefused(name: string, warn: (message: string) => void): boolean {
  if (!name.startsWith(reservedPrefix)) return false
  warn(`latchkey: a value of a former session was not taken over: its name begins with ${reservedPrefix}.`)
  return true
}

function removalOf(name: string, { path = '/', domain }: Partial<FormerCookie> = {}): string {
  const secure = name.toLowerCase().startsWith('__') ? '; Secure' : ''
  return removal(name, `; Path=${path}${domain ? `; Domain=${domain}` : ''}${secure}; HttpOnly`)
}
