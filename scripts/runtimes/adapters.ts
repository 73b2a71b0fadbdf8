import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { adapterLaws, type ServedAdapter } from 'latchkey/testing'
import { expressApplication } from '../../packages/session/src/adapters/applications/express.test-helper.ts'
import { fetchApplication } from '../../packages/session/src/adapters/applications/fetch.test-helper.ts'
import { honoApplication } from '../../packages/session/src/adapters/applications/hono.test-helper.ts'
import { nodeApplication } from '../../packages/session/src/adapters/applications/node.test-helper.ts'
import type { Part, Parts } from './part.ts'

type Handle = (request: Request) => Response | Promise<Response>

// What each runtime serves a fetch handler with.
declare const Bun: { serve(options: object): { port: number; stop(now: boolean): Promise<void> } }
declare const Deno: {
  serve(options: object, handle: Handle): { addr: { port: number }; shutdown(): Promise<void> }
}

const hostname = '127.0.0.1'

async function serveFetch(handle: Handle): Promise<ServedAdapter> {
  const failed = () => new Response(null, { status: 500 })
  if (typeof Bun !== 'undefined') {
    const server = Bun.serve({ port: 0, hostname, fetch: handle, error: failed })
    return { url: `http://${hostname}:${server.port}`, close: () => server.stop(true) }
  }
  if (typeof Deno !== 'undefined') {
    const server = Deno.serve({ port: 0, hostname, onError: failed, onListen: () => undefined }, handle)
    return { url: `http://${hostname}:${server.addr.port}`, close: () => server.shutdown() }
  }
  const { getRequestListener } = await import('@hono/node-server')
  return serveNode(getRequestListener(handle, { errorHandler: failed }))
}

async function serveNode(listener: RequestListener): Promise<ServedAdapter> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve))
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function nest(platform: 'express' | 'fastify'): Promise<Part> {
  const { nestSession } = await import('latchkey/nest')
  const { nestApplication } = await import(
    '../../packages/session/src/adapters/applications/nest.test-helper.ts'
  )
  return { laws: adapterLaws({ serve: (...served) => nestApplication(nestSession, platform, ...served) }) }
}

/** Every adapter on what serves it there, with the applications that its own tests have. */
export const adapters: Parts = {
  async fetch() {
    const { fetchSession } = await import('latchkey/fetch')
    return {
      laws: adapterLaws({ serve: (...served) => serveFetch(fetchApplication(fetchSession, ...served)) }),
    }
  },

  async hono() {
    const { honoSession } = await import('latchkey/hono')
    return {
      laws: adapterLaws({ serve: (...served) => serveFetch(honoApplication(honoSession, ...served).fetch) }),
    }
  },

  async node() {
    const { nodeSession } = await import('latchkey/node')
    return { laws: adapterLaws({ serve: (...served) => serveNode(nodeApplication(nodeSession, ...served)) }) }
  },

  async express() {
    const { expressSession } = await import('latchkey/express')
    return {
      laws: adapterLaws({ serve: (...served) => serveNode(expressApplication(expressSession, ...served)) }),
    }
  },

  async 'express-4'() {
    const { expressSession } = await import('latchkey/express')
    const { express4Application } = await import(
      '../../packages/session/src/adapters/applications/express-4.test-helper.ts'
    )
    return {
      laws: adapterLaws({ serve: (...served) => serveNode(express4Application(expressSession, ...served)) }),
    }
  },

  async koa() {
    const { koaSession } = await import('latchkey/koa')
    const { koaApplication } = await import(
      '../../packages/session/src/adapters/applications/koa.test-helper.ts'
    )
    return {
      laws: adapterLaws({
        serve: (...served) => serveNode(koaApplication(koaSession, ...served).callback()),
      }),
    }
  },

  async fastify() {
    const { fastifySession } = await import('latchkey/fastify')
    const { fastifyApplication } = await import(
      '../../packages/session/src/adapters/applications/fastify.test-helper.ts'
    )
    return {
      laws: adapterLaws({
        async serve(...served) {
          const app = fastifyApplication(fastifySession, ...served)
          return { url: await app.listen({ port: 0, host: hostname }), close: () => app.close() }
        },
      }),
    }
  },

  'nest on express': () => nest('express'),

  'nest on fastify': () => nest('fastify'),

  // By h3's own server, which is another one on each runtime.
  async h3() {
    const { serve } = await import('h3')
    const { h3Session } = await import('latchkey/h3')
    const { h3Application } = await import(
      '../../packages/session/src/adapters/applications/h3.test-helper.ts'
    )
    return {
      laws: adapterLaws({
        async serve(...served) {
          const server = serve(h3Application(h3Session, ...served), { port: 0, hostname, silent: true })
          await server.ready()
          return { url: new URL(server.url ?? '').origin, close: () => server.close(true) }
        },
      }),
    }
  },
}
