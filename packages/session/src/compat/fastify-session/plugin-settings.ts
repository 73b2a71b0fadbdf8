import { isSessionError, SessionError } from '../../errors.ts'
import { parseDuration } from '../../policies/duration.ts'
import { readOptions, type Settings } from '../express-session/settings.ts'
import { formerSessions } from '../former-store.ts'
import { type CookieSecret, type SignedCookie, unsigned } from '../signed-cookie.ts'
import type { FastifySessionOptions, FastifyTakeOver } from './plugin-options.ts'
import { fastifyKind } from './session-object.ts'

/** @throws SessionError `config_invalid` for what cannot be kept, saying what to write instead */
export function readFastifyOptions(options: FastifySessionOptions): Settings {
  refuseNotKept(options)
  const { cookieName, cookie = {}, rolling = true, takeOver, saveUninitialized: _, ...rest } = options
  // Of @fastify/session: without TLS there is no None.
  const isAuto = cookie.secure === 'auto' && cookie.sameSite === 'none'
  // What Fastify tells each plugin is none of ours.
  const {
    prefix: _prefix,
    logLevel: _level,
    logSerializers: _serializers,
    ...given
  } = rest as typeof rest & Record<string, unknown>
  const settings = worded(() =>
    readOptions({
      ...given,
      rolling,
      name: cookieName,
      cookie: isAuto ? { ...cookie, sameSite: 'auto' } : cookie,
    }),
  )
  const timeout = parseDuration(options.storeTimeout ?? '2s', 'storeTimeout')
  const kept = {
    ...settings,
    kind: fastifyKind,
    former: takeOver
      ? { cookie: formerCookieOf(takeOver), sessions: formerSessions(takeOver.store, timeout) }
      : null,
    // A Secure cookie is kept from plain connections whoever asks for Secure, be it by leaving the option out.
    withholds: () => true,
  }
  return kept
}

function formerCookieOf(takeOver: FastifyTakeOver): SignedCookie {
  const { store, secret, algorithm = 'sha256', cookieName = 'sessionId', cookiePrefix = '' } = takeOver
  if (typeof store?.get !== 'function' || typeof store.destroy !== 'function')
    refuse('takeOver.store must be the store that @fastify/session had. Write takeOver: { store, secret }.')
  const named = { name: cookieName, prefix: cookiePrefix }
  if (typeof secret === 'object' && secret !== null && 'unsign' in secret) {
    if (typeof secret.unsign !== 'function') refuse('takeOver.secret: a signer needs its method unsign.')
    const unsign = (text: string) => {
      const { valid, value } = secret.unsign(text)
      return valid ? value : null
    }
    return { ...named, secrets: [], unsign }
  }
  // The list itself, to which the application may add.
  const secrets = (Array.isArray(secret) ? secret : [secret]) as readonly CookieSecret[]
  if (secrets.length === 0 || secrets.some((each) => !each))
    refuse(
      'takeOver.secret must be what @fastify/session signed its cookies with: one secret, a list of all, or its signer.',
    )
  return { ...named, secrets, unsign: (text) => unsigned(text, secrets, algorithm) }
}

function refuseNotKept(options: FastifySessionOptions): void {
  const given = options as unknown as Readonly<Record<string, unknown>>
  if (given.secret !== undefined || given.algorithm !== undefined)
    refuse(
      'secret: nothing is signed here, a token is 264 random bits of which the store has a hash. Leave secret and algorithm ' +
        'out; for the sessions of before write takeOver: { store, secret }.',
    )
  if (given.idGenerator !== undefined)
    refuse(
      'idGenerator: IDs are always 120 random bits. Leave it out, and keep what it told in request.session.',
    )
  if (given.cookiePrefix !== undefined)
    refuse(
      'cookiePrefix: a token has none. Leave it out; of the sessions of before, takeOver: { cookiePrefix } has it.',
    )
  if (given.saveUninitialized)
    refuse(
      'saveUninitialized: true would store something for every visitor. Write saveUninitialized: false; who needs a ' +
        'session at once stores a value or calls request.session.save().',
    )
  const { store } = given
  if (store === undefined)
    refuse(
      'store is missing. Write store: memoryStore() of latchkey to begin with; sqliteStore, redisStore and ' +
        'postgresStore outlive the process.',
    )
  if (typeof store === 'object' && store !== null && 'get' in store && !('read' in store))
    refuse(
      "store is one of @fastify/session's kind, which writes whole sessions over each other. Write " +
        'store: redisStore(client) (latchkey/redis), postgresStore, sqliteStore or memoryStore, and ' +
        'takeOver: { store: theFormerOne, secret }, so that nobody is signed out.',
    )
}

/** What is refused for both is refused in this one's name. */
function worded(read: () => Settings): Settings {
  try {
    return read()
  } catch (error) {
    if (!isSessionError(error) || error.code !== 'config_invalid') throw error
    return refuse(error.message.replace(/^session\(\): /, '').replaceAll('req.session', 'request.session'))
  }
}

/** @throws SessionError `config_invalid` */
function refuse(problem: string): never {
  throw new SessionError('config_invalid', `fastifySession: ${problem}`)
}
