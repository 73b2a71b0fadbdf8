import type { RequestListener } from 'node:http'
import fastifyCookie from '@fastify/cookie'
import formBody from '@fastify/formbody'
import fastifySession from '@fastify/session'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import {
  type ChangeableAccount,
  changeableAccount,
  isAccount,
  randomToken,
  sameText,
} from '../serve/account.ts'
import { accountPage, homePage, loginPage } from '../serve/pages.ts'

declare module 'fastify' {
  interface Session {
    user?: string
    csrf?: string
    generation?: number
  }
}

export type FastifyFault =
  | 'fixation'
  | 'default-name'
  | 'id-length'
  | 'caching'
  | 'logout'
  | 'cookie-httponly'
  | 'cross-site-request'
  | 'login-csrf'
  | 'password-change-rotation'
  | 'password-change-sessions'

export interface FastifySite {
  readonly fault: FastifyFault | null
  /** `json`: a script's endpoints under /api instead of forms. Default `form`. */
  readonly login?: 'form' | 'json'
  /** As the plugin comes: each visitor gets a session. */
  readonly eager?: boolean
  /** As the plugin comes, too: each answer writes the session, and sends the cookie anew. */
  readonly rolling?: boolean
  readonly account?: ChangeableAccount
}

/** Fastify 5 with @fastify/session: a login page one folder down with a relative action, or JSON endpoints. */
export async function fastifySite(site: FastifySite): Promise<RequestListener> {
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } })
  await app.register(formBody)
  await app.register(fastifyCookie)
  await app.register(fastifySession, {
    secret: randomToken(),
    ...(site.fault === 'default-name' ? {} : { cookieName: 'harbour' }),
    ...(site.fault === 'id-length' ? { idGenerator: () => randomToken().slice(0, 8) } : {}),
    saveUninitialized: site.eager === true,
    rolling: site.rolling === true,
    cookie: { path: '/', secure: false, httpOnly: site.fault !== 'cookie-httponly', ...sameSite(site) },
  })
  if (site.fault !== 'caching') {
    app.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'))
  }
  app.get('/', async (_request, reply) => {
    reply.type('text/html').send(homePage({ volatile: true }).replace('"/login"', '"/auth/login"'))
    return reply
  })
  if (site.login === 'json') jsonRoutes(app, site)
  else formRoutes(app, site)
  await app.ready()
  return (request, response) => app.routing(request, response)
}

function formRoutes(app: FastifyInstance, site: FastifySite): void {
  const token = (request: FastifyRequest) => {
    request.session.csrf ??= randomToken()
    return request.session.csrf
  }
  const forged = (request: FastifyRequest) => !sameText(field(request, '_csrf'), request.session.csrf)
  const form = (request: FastifyRequest, error?: string) =>
    loginPage({ csrf: token(request), action: 'session', volatile: true, ...(error ? { error } : {}) })

  app.get('/auth/login', (request, reply) => reply.type('text/html').send(form(request)))

  app.post('/auth/session', async (request, reply) => {
    if (forged(request)) return reply.code(403).send('The form has expired')
    if (!isAccount(field(request, 'username'), field(request, 'password'))) {
      return reply.code(401).type('text/html').send(form(request, 'Wrong name or password'))
    }
    await signIn(request, site)
    return reply.redirect('../account', 303)
  })

  app.get('/account', (request, reply) => {
    if (!request.session.user) return reply.redirect('/auth/login', 303)
    return reply.type('text/html').send(accountPage({ csrf: token(request), volatile: true }))
  })

  app.post('/logout', async (request, reply) => {
    if (forged(request)) return reply.code(403).send('The form has expired')
    if (site.fault === 'logout') reply.clearCookie('harbour', { path: '/' })
    else await request.session.destroy()
    return reply.redirect('/', 303)
  })
}

function jsonRoutes(app: FastifyInstance, site: FastifySite): void {
  let nickname = 'Ada'
  if (site.fault === 'cross-site-request') {
    app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, JSON.parse(String(body)))
      } catch (error) {
        done(error as Error)
      }
    })
  }
  const account = site.account ?? changeableAccount()
  const start = async (request: FastifyRequest, kept = false) => {
    if (!kept) await signIn(request, site)
    request.session.generation = account.generation
  }
  const signedIn = ({ session }: FastifyRequest) =>
    session.user !== undefined && session.generation === account.generation

  app.post('/api/login', async (request, reply) => {
    const exact = request.headers['content-type'] === 'application/json'
    if (!exact && site.fault !== 'login-csrf') return reply.code(415).send({ error: 'JSON only' })
    if (!account.is(field(request, 'username'), field(request, 'password'))) {
      return reply.code(401).send({ error: 'Wrong name or password' })
    }
    await start(request)
    return { ok: true }
  })

  app.get('/api/me', async (request, reply) => {
    if (!signedIn(request)) return reply.code(401).send({ error: 'Sign in first' })
    return { user: 'ada', name: 'Ada Lovelace', nickname, servedAt: Date.now() }
  })

  app.post('/api/nickname', async (request, reply) => {
    if (!signedIn(request)) return reply.code(401).send({ error: 'Sign in first' })
    const exact = request.headers['content-type'] === 'application/json'
    if (!exact && site.fault !== 'cross-site-request') return reply.code(415).send({ error: 'JSON only' })
    nickname = String(field(request, 'nickname'))
    return { ok: true }
  })

  app.put('/api/password', async (request, reply) => {
    if (!signedIn(request)) return reply.code(401).send({ error: 'Sign in first' })
    if (!account.change(field(request, 'currentPassword'), field(request, 'newPassword'))) {
      return reply.code(422).send({ error: 'That did not work' })
    }
    if (site.fault !== 'password-change-sessions') account.endSessions()
    await start(request, site.fault === 'password-change-rotation')
    return { ok: true }
  })

  app.post('/api/logout', async (request, reply) => {
    if (site.fault === 'logout') reply.clearCookie('harbour', { path: '/' })
    else await request.session.destroy()
    return reply.code(204).send()
  })
}

/** The fault takes both: the cookie goes along with forms of other sites, and JSON is read from them. */
function sameSite({ fault }: FastifySite): { sameSite?: 'lax' } {
  return fault === 'cross-site-request' ? {} : { sameSite: 'lax' }
}

async function signIn(request: FastifyRequest, site: FastifySite): Promise<void> {
  if (site.fault !== 'fixation') await request.session.regenerate()
  request.session.user = 'ada'
}

function field(request: FastifyRequest, name: string): unknown {
  const { body } = request
  return typeof body === 'object' && body !== null ? (body as { [name: string]: unknown })[name] : undefined
}
