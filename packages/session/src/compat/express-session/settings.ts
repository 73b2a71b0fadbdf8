import type { IncomingMessage } from 'node:http'
import { SessionError } from '../../errors.ts'
import type { SessionsOptions } from '../../options.ts'
import { parseDuration } from '../../policies/duration.ts'
import { type FormerSessions, formerSessions } from '../former-store.ts'
import type { SessionKind } from '../session-object.ts'
import type { CookieSecret, SignedCookie } from '../signed-cookie.ts'
import { Cookie, type CookieOptions } from './cookie.ts'
import { type CookieLines, createCookieLines, lineOptions } from './cookie-lines.ts'
import type { ExpressSessionOptions, TakeOverOptions } from './options.ts'
import { isSecureRequest } from './secure-request.ts'
import { sessionKind } from './session.ts'

/** The policy of sessions whose cookie lives longer than the others. */
export const longPolicy = 'long-lived'

/** The options of one `session(options)`, checked. */
export interface Settings {
  readonly kind: SessionKind
  readonly name: string
  readonly sessions: SessionsOptions
  readonly lines: CookieLines
  /** Milliseconds that a session lives unused under the default policy, and under the long one; null for none. */
  readonly idle: number
  readonly longest: number | null
  readonly proxy: boolean | undefined
  readonly rolling: boolean
  readonly unset: 'destroy' | 'keep' | undefined
  readonly userId: ExpressSessionOptions['userId']
  readonly former: { readonly cookie: SignedCookie; readonly sessions: FormerSessions } | null
  /** Whether a Secure cookie is kept from plain connections: where the options ask for Secure by themselves. */
  withholds(req: IncomingMessage): boolean
  /** The cookie of a new session. @throws SessionError `config_invalid` */
  cookieFor(req: IncomingMessage): Cookie
}

const eightHours = 8 * 3_600_000

/** @throws SessionError `config_invalid` for what cannot be kept, saying what to write instead */
export function readOptions(options: ExpressSessionOptions): Settings {
  refuseNotKept(options)
  const { name, key, cookie = {}, longestMaxAge, takeOver, userId, proxy, unset, ...rest } = options
  const { rolling = false, resave: _, saveUninitialized: __, secret: ___, genid: ____, ...sessions } = rest
  const cookieName = name ?? key ?? '__Host-session'
  const now = sessions.now ?? Date.now
  const fixed = typeof cookie === 'function' ? {} : cookie
  if (fixed.secure === 'auto') refusePrefix(cookieName)
  const idle = idleOf(fixed, sessions)
  const absolute = parseDuration(sessions.absoluteTimeout ?? Math.max(eightHours, idle), 'absoluteTimeout')
  const longest = longestMaxAge === undefined ? null : parseDuration(longestMaxAge, 'longestMaxAge')
  const optionsFor = (req: IncomingMessage) => (typeof cookie === 'function' ? cookie(req) : cookie)
  const asWritten = new Cookie(withoutAuto(fixed, fixed.secure !== 'auto' || needsSecure(fixed)), now)

  return {
    kind: sessionKind,
    name: cookieName,
    sessions: {
      ...sessions,
      cookie: lineOptions(cookieName, typeof cookie === 'function' ? plain(cookieName, now) : asWritten),
      idleTimeout: idle,
      absoluteTimeout: absolute,
      persistent: sessions.persistent ?? typeof fixed.maxAge === 'number',
      ...(longest !== null && {
        policies: {
          ...sessions.policies,
          [longPolicy]: {
            idleTimeout: longest,
            absoluteTimeout: Math.max(longest, absolute),
            persistent: true,
          },
        },
      }),
    },
    lines: createCookieLines(cookieName),
    idle,
    longest,
    proxy,
    rolling,
    unset,
    userId,
    former: takeOver
      ? formerOf(takeOver, parseDuration(sessions.storeTimeout ?? '2s', 'storeTimeout'))
      : null,
    withholds: (req) => optionsFor(req).secure === true,
    cookieFor(req) {
      const given = optionsFor(req)
      return new Cookie(withoutAuto(given, isSecureRequest(req, proxy)), now)
    },
  }
}

/** The times that `createSessions` is told. @throws SessionError `config_invalid` */
function idleOf({ maxAge, expires }: CookieOptions, { idleTimeout }: SessionsOptions): number {
  if (expires)
    refuse(
      'cookie.expires is one moment for all sessions, the later ones too. Write cookie: { maxAge: 3600000 }, or set ' +
        'req.session.cookie.expires.',
    )
  if (typeof maxAge === 'number' && !(maxAge >= 1))
    refuse(`cookie.maxAge: ${maxAge} is not a time in milliseconds. Write 3600000.`)
  if (idleTimeout === false) refuse('idleTimeout: false is not kept here. Write the time of absoluteTimeout.')
  return parseDuration(idleTimeout ?? maxAge ?? '30m', 'idleTimeout')
}

/** A `secure` or `sameSite` of `'auto'` as this request has it; `secure` is true where nothing else is written. */
function withoutAuto(options: CookieOptions, isSecure: boolean): CookieOptions {
  const { secure = true, sameSite = 'lax' } = options
  return {
    ...options,
    secure: secure === 'auto' ? isSecure : secure,
    // Browsers drop SameSite=None without Secure.
    sameSite: sameSite === 'auto' ? (isSecure && secure !== false ? 'none' : 'lax') : sameSite,
  }
}

/**
 * At the start, and not at the first request without TLS.
 * @throws SessionError `config_invalid` for a name that browsers take with Secure alone
 */
function refusePrefix(name: string): void {
  if (!/^__(host|secure|http)-/i.test(name)) return
  refuse(
    `cookie.secure: 'auto' would send ${name} without Secure over plain http, where browsers drop a cookie of that name. ` +
      "Write secure: true, or choose a name without the prefix: 'sid'.",
  )
}

/** What browsers take with Secure alone. */
function needsSecure({ sameSite, partitioned = false }: CookieOptions): boolean {
  return partitioned || (typeof sameSite === 'string' && sameSite.toLowerCase() === 'none')
}

function plain(name: string, now: () => number): Cookie {
  return new Cookie({ secure: name.startsWith('__') }, now)
}

function formerOf({ store, secret, name = 'connect.sid' }: TakeOverOptions, timeout: number) {
  if (typeof store?.get !== 'function' || typeof store.destroy !== 'function')
    refuse('takeOver.store must be the store that express-session had. Write takeOver: { store, secret }.')
  const secrets = (Array.isArray(secret) ? secret : [secret]) as readonly CookieSecret[]
  if (secrets.length === 0 || secrets.some((each) => !each))
    refuse(
      'takeOver.secret must be what express-session signed its cookies with: one secret, or a list of all.',
    )
  const cookie: SignedCookie = { name, prefix: 's:', secrets }
  return { cookie, sessions: formerSessions(store, timeout) }
}

function refuseNotKept(options: ExpressSessionOptions): void {
  const given = options as unknown as Readonly<Record<string, unknown>>
  // A request: the middleware was not made.
  if (given.headers !== undefined && given.method !== undefined)
    refuse(
      "it was given a request. Write app.use(session({ store, name: '__Host-shop' })), not app.use(session).",
    )
  if (given.secret !== undefined)
    refuse(
      'secret: nothing is signed here, a token is 264 random bits of which the store has a hash. Leave it out; for the ' +
        'sessions of before write takeOver: { store, secret }. To sign everybody out, call sessions.revokeAll().',
    )
  if (given.genid !== undefined)
    refuse('genid: IDs are always 120 random bits. Leave it out, and keep what it told in req.session.')
  if (given.resave)
    refuse(
      'resave: true would write over what other requests have stored meanwhile. Write resave: false: use alone keeps a ' +
        'session alive.',
    )
  if (given.saveUninitialized)
    refuse(
      'saveUninitialized: true would store something for every visitor. Write saveUninitialized: false; who needs a ' +
        'session at once stores a value or calls req.session.save().',
    )
  const { unset, store } = given
  if (unset !== undefined && unset !== 'destroy' && unset !== 'keep')
    refuse(`unset: ${JSON.stringify(unset)} does not exist: it must be 'destroy' or 'keep'.`)
  if (isFormerStore(store))
    refuse(
      "store is one of express-session's kind, which writes whole sessions over each other. Write " +
        'store: redisStore(client) (latchkey/redis), postgresStore, sqliteStore or memoryStore, and ' +
        'takeOver: { store: theFormerOne, secret }, so that nobody is signed out.',
    )
}

function isFormerStore(store: unknown): boolean {
  return (
    typeof store === 'object' && store !== null && 'get' in store && 'destroy' in store && !('read' in store)
  )
}

/** @throws SessionError `config_invalid` */
export function refuse(problem: string): never {
  throw new SessionError('config_invalid', `session(): ${problem}`)
}
