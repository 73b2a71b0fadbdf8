import type { RequestListener } from 'node:http'
import fastifyCookie from '@fastify/cookie'
import csrfProtection from '@fastify/csrf-protection'
import formBody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import fastifySession from '@fastify/session'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { type ChangeableAccount, randomToken } from '../../twins/serve/account.ts'
import { DOMAIN } from '../../twins/serve/names.ts'
import { type Form, shopFor, type Visit } from './shop.ts'

declare module 'fastify' {
  interface Session {
    seen?: string | undefined
  }
}

const ONE_YEAR = 365 * 24 * 3600_000
const HALF_AN_HOUR = 30 * 60_000

export async function fastifySessionSite(form: Form, account: ChangeableAccount): Promise<RequestListener> {
  const isFollowed = form === 'followed'
  const shop = shopFor(form, account)
  const app = fastify({ trustProxy: true })
  await app.register(formBody)
  await app.register(fastifyCookie)
  await app.register(fastifySession, {
    secret: randomToken(),
    saveUninitialized: false,
    // Else it sends the cookie again with the answer that takes it back.
    rolling: false,
    ...(isFollowed
      ? { cookieName: '__Host-session', cookie: { secure: true, sameSite: 'lax', maxAge: HALF_AN_HOUR } }
      : {
          // In one form only: without its long IDs the plugin's default name is a name as any other.
          ...(form === 'kept' ? { idGenerator: () => randomToken().slice(0, 10) } : {}),
          cookie: { secure: false, httpOnly: false, domain: DOMAIN, maxAge: ONE_YEAR },
        }),
  })
  await app.register(csrfProtection, { sessionPlugin: '@fastify/session' })
  if (isFollowed) await app.register(helmet)

  app.addHook('preHandler', async (request, reply) => {
    if (!shop.isProtected(request.url)) return
    if (!shop.isSignedIn(request.session)) return reply.redirect('/login', 303)
    if (isFollowed) reply.header('Cache-Control', 'no-store')
  })
  for (const route of shop.routes) {
    const [method = '', url = ''] = route.split(' ')
    app.route({
      method,
      url,
      ...(isFollowed && method === 'POST' ? { preHandler: app.csrfProtection } : {}),
      handler: async (request, reply) => {
        const answer = await shop.answer(route, visitOf(request, reply, form))
        if ('to' in answer) return reply.redirect(answer.to, 303)
        return reply
          .code(answer.status ?? 200)
          .type('text/html')
          .send('page' in answer ? answer.page : '')
      },
    })
  }
  await app.ready()
  return (request, response) => app.routing(request, response)
}

function visitOf(request: FastifyRequest, reply: FastifyReply, form: Form): Visit {
  return {
    get values() {
      return request.session
    },
    body: (request.body ?? {}) as Record<string, unknown>,
    csrf: () => (form === 'followed' ? reply.generateCsrf() : undefined),
    rotate: () => request.session.regenerate(),
    end:
      form !== 'plain'
        ? () => request.session.destroy()
        : () => void reply.clearCookie('sessionId', { domain: DOMAIN }),
  }
}
