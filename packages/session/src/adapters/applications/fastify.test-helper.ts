import fastifyCookie from '@fastify/cookie'
import fastify, { type FastifyInstance } from 'fastify'
import { publicHeaders } from 'latchkey/testing'
import type { fastifySession } from '../fastify.ts'
import { type Served, theme } from './served.test-helper.ts'

/** The application of the adapter laws on Fastify. */
export function fastifyApplication(
  adapter: typeof fastifySession,
  ...[sessions, handler, options]: Served
): FastifyInstance {
  const app = fastify()
  const session = adapter(sessions, options)
  app.register(fastifyCookie)
  app.addHook('onRequest', async ({ url }, reply) => {
    // Fastify adds a cookie to those there are: below /public/ it comes last.
    if (!url.startsWith('/public/')) reply.setCookie('theme', 'dark')
  })
  app.register(session.plugin)
  app.register(async (routes) => {
    routes.all('/early/*', async (request, reply) => {
      reply.hijack()
      reply.raw.setHeader('set-cookie', theme)
      reply.raw.write('.')
      reply.raw.end(await handler(session(request), pathOf(request)).catch(({ code }) => code))
    })
    routes.all('/public/*', async (request, reply) => {
      const body = await handler(session(request), pathOf(request))
      return reply.headers({ ...publicHeaders, 'set-cookie': theme }).send(body)
    })
    routes.all('*', (request) => handler(session(request), pathOf(request)))
  })
  return app
}

const pathOf = ({ url }: { readonly url: string }) => url.split('?')[0] ?? ''
