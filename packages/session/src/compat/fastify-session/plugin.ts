import { type IncomingMessage, ServerResponse } from 'node:http'
import { asPlugin } from '../../adapters/core/fastify-app.ts'
import { createSessions } from '../../create-sessions.ts'
import { isSessionError, SessionError } from '../../errors.ts'
import type { Sessions } from '../../sessions.ts'
import type { CookieOptions } from '../express-session/cookie.ts'
import { cookieOut } from '../express-session/cookie-out.ts'
import { takeFormerOver } from '../express-session/former-cookie.ts'
import type { Keeper } from '../express-session/keeper.ts'
import { keeperOf } from '../express-session/keeper-of.ts'
import { sessionStoreOf } from '../express-session/session-store.ts'
import type { Callback } from '../session-object.ts'
import type { PluginApp, PluginReply, PluginRequest } from './plugin-app.ts'
import type { FastifySessionOptions } from './plugin-options.ts'
import { readFastifyOptions } from './plugin-settings.ts'
import { FastifySessionObject } from './session-object.ts'

const kept = Symbol('latchkey fastify-session')
const current = Symbol('latchkey fastify-session object')

type WithSession = PluginRequest & { [kept]?: Keeper; [current]?: unknown }

// At the end, and for what came while that was done: nobody has the server wait for ever.
const mostRounds = 4

// Where the cookie does not reach nothing is kept; who writes there is told so by the language.
const nowhere = Object.freeze({})

const sessionsByApp = new WeakMap<object, Sessions>()

/**
 * The plugin of @fastify/session: `app.register(fastifySession, { store })`. What of its options or habits cannot be kept is
 * an error that says what to write in their place.
 */
export const fastifySession: (
  app: unknown,
  options: FastifySessionOptions,
  done: (error?: Error) => void,
) => void = asPlugin((instance, options, done) => {
  try {
    register(instance as PluginApp, options)
    done()
  } catch (error) {
    done(error as Error)
  }
})

/**
 * The sessions behind a plugin: lists, revocation, events, and `fastifySession(sessions)` of latchkey/fastify for new code
 * beside the old.
 * @throws SessionError `config_invalid` where the plugin is not registered
 */
export function sessionsOf(app: object): Sessions {
  for (let each = app; each !== null; each = Object.getPrototypeOf(each)) {
    const sessions = sessionsByApp.get(each)
    if (sessions) return sessions
  }
  throw new SessionError(
    'config_invalid',
    'sessionsOf: await app.register(fastifySession, { store }) before it.',
  )
}

/**
 * `app.decryptSession`: opens the session of a cookie's value on any object, as its `session`. Nothing is saved there by
 * itself, and no cookie can be set.
 */
export interface DecryptSession {
  (cookie: string, request: object, done: Callback): void
  (cookie: string, request: object, options: CookieOptions, done: Callback): void
}

function register(app: PluginApp, options: FastifySessionOptions): void {
  if (app.hasRequestDecorator('session'))
    throw new SessionError(
      'config_invalid',
      'fastifySession: request.session is taken. Write app.register(fastifySession, { … }) once, and none of ' +
        "@fastify/session's or latchkey/fastify's beside it.",
    )
  const settings = readFastifyOptions(options)
  const sessions = createSessions(settings.sessions)
  const sessionStore = sessionStoreOf(sessions)
  sessionsByApp.set(app, sessions)

  // What the cookie goes by is Fastify's request, which knows of proxies.
  async function open(request: IncomingMessage, raw: IncomingMessage, res: ServerResponse): Promise<Keeper> {
    const out = cookieOut(raw, res, settings)
    const opened = await sessions.open(out.exchange)
    await takeFormerOver(request, settings, opened, out.exchange)
    return keeperOf(request, settings, opened, out)
  }

  async function decryptSession(
    value: string,
    request: IncomingMessage & { raw?: IncomingMessage },
    optionsOrDone: CookieOptions | Callback,
    callback?: Callback,
  ): Promise<void> {
    const done = typeof optionsOrDone === 'function' ? optionsOrDone : (callback as Callback)
    try {
      const { name } = settings
      const { socket = {} } = request
      const raw = {
        method: 'GET',
        url: '/',
        headers: { cookie: `${name}=${value}` },
        socket,
      } as IncomingMessage
      const res = new ServerResponse(raw)
      // No head can take a cookie there.
      Object.defineProperty(res, 'destroyed', { value: true })
      const like = request.headers ? request : Object.assign(request, { headers: {}, socket })
      const keeper = await open(like, raw, res)
      // A request of this application has that session from now on, and no other.
      if (current in request) Object.assign(request, { [kept]: keeper })
      const { session } = request as unknown as { session: FastifySessionObject }
      if (typeof optionsOrDone !== 'function') session.options(optionsOrDone)
    } catch (error) {
      done(error)
      return
    }
    done()
  }

  app.decorate('decryptSession', decryptSession)
  app.decorateRequest('sessionStore', { getter: () => sessionStore })
  app.decorateRequest('session', {
    getter() {
      const request = this as WithSession
      return request[kept]?.isOver ? null : request[current]
    },
    setter(value) {
      if (!(value instanceof FastifySessionObject))
        throw new SessionError(
          'config_invalid',
          'request.session cannot be replaced. Write Object.assign(request.session, { … }), delete its properties, or call ' +
            'request.session.destroy().',
        )
      ;(this as WithSession)[current] = value
    },
  })
  app.addHook('onRequest', async (request: WithSession, reply) => {
    request[current] = nowhere
    if (!isWithin(request.raw.url ?? '/', settings.cookieFor(request).path)) return
    request[kept] = await reported(sessions, () => open(request, request.raw, reply.raw))
  })
  app.addHook('onSend', async (request: WithSession, _reply: PluginReply, payload) => {
    await settled(request)
    return payload
  })
  // What a stream or a taken over answer has changed since: its cookie can go no more, and what needs one is refused.
  app.addHook('onResponse', async (request: WithSession) => settled(request))
  app.addHook('onClose', () => sessions.close())

  async function settled(request: WithSession): Promise<void> {
    const keeper = request[kept]
    if (!keeper) return
    await reported(sessions, async () => {
      try {
        for (let round = 0; round < mostRounds; round++) {
          const work = keeper.settle()
          if (!work) return
          await work
        }
      } catch (error) {
        // The answer to the error comes here again.
        delete request[kept]
        keeper.giveUp()
        throw error
      }
    })
  }
}

async function reported<Value>(sessions: Sessions, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act()
  } catch (error) {
    if (isSessionError(error)) sessions.report(error)
    throw error
  }
}

function isWithin(url: string, path: string): boolean {
  const asked = url.split('?', 1)[0] ?? '/'
  if (asked === path || path === '/') return true
  return asked.startsWith(path.endsWith('/') ? path : `${path}/`)
}
