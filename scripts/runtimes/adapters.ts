import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Session } from 'latchkey'
import { adapterLaws, publicHeaders, type ServedAdapter } from 'latchkey/testing'
import type { Parts } from './part.ts'

type Handle = (request: Request) => Response | Promise<Response>

// What each runtime serves a fetch handler with.
declare const Bun: { serve(options: object): { port: number; stop(now: boolean): Promise<void> } }
declare const Deno: {
  serve(options: object, handle: Handle): { addr: { port: number }; shutdown(): Promise<void> }
}

const hostname = '127.0.0.1'
const theme = 'theme=dark; Path=/'

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

/** Every adapter on what serves it there, with the applications that its own tests have. */
export const adapters: Parts = {
  async fetch() {
    const { fetchSession } = await import('latchkey/fetch')
    const laws = adapterLaws({
      serve(sessions, handler, options) {
        const answer = async (request: Request, session: Session) => {
          const { pathname } = new URL(request.url)
          const headers = { 'set-cookie': theme }
          if (pathname.startsWith('/early/'))
            return new Response(
              afterFirstByte(() => handler(session, pathname)),
              { headers },
            )
          const isPublic = pathname.startsWith('/public/')
          return new Response(await handler(session, pathname), {
            headers: isPublic ? { ...publicHeaders, ...headers } : headers,
          })
        }
        const handle = fetchSession(sessions, answer, options)
        return serveFetch((request) => handle(request))
      },
    })
    return { laws }
  },

  async hono() {
    const { Hono } = await import('hono')
    const { setCookie } = await import('hono/cookie')
    const { stream } = await import('hono/streaming')
    const { honoSession } = await import('latchkey/hono')
    const laws = adapterLaws({
      serve(sessions, handler, options) {
        const app = new Hono<{ Variables: { session: Session } }>()
        app.onError((error, c) => ('getResponse' in error ? error.getResponse() : c.text('failed', 500)))
        app.use(async (c, next) => {
          if (!c.req.path.startsWith('/public/')) setCookie(c, 'theme', 'dark')
          await next()
        })
        app.use(honoSession(sessions, options))
        app.all('/early/*', (c) =>
          stream(c, async (out) => {
            await out.write('.')
            await out.write(await handler(c.var.session, c.req.path).catch(({ code }) => code))
          }),
        )
        app.all('/public/*', async (c) => {
          const body = await handler(c.var.session, c.req.path)
          return new Response(body, { headers: { ...publicHeaders, 'set-cookie': theme } })
        })
        app.all('*', async (c) => c.text(await handler(c.var.session, c.req.path)))
        return serveFetch(app.fetch)
      },
    })
    return { laws }
  },

  async node() {
    const { nodeSession } = await import('latchkey/node')
    const laws = adapterLaws({
      serve: (sessions, handler, options) =>
        serveNode(
          nodeSession(
            sessions,
            async (req, res, session) => {
              const path = (req.url ?? '/').split('?')[0] ?? ''
              if (path.startsWith('/early/')) {
                res.write('.')
                return void res.end(await handler(session, path).catch(({ code }) => code))
              }
              const body = await handler(session, path)
              if (path.startsWith('/public/'))
                return void res.writeHead(200, { ...publicHeaders, 'set-cookie': theme }).end(body)
              res.appendHeader('set-cookie', theme)
              res.end(body)
            },
            { onError: () => undefined, ...options },
          ),
        ),
    })
    return { laws }
  },

  async express() {
    const express = (await import('express')).default
    const { expressSession } = await import('latchkey/express')
    const laws = adapterLaws({
      serve(sessions, handler, options) {
        const app = express()
        app.set('env', 'test')
        const session = expressSession(sessions, options)
        app.use((_req, res, next) => {
          res.cookie('theme', 'dark')
          next()
        })
        app.use(session.middleware)
        app.use(async (req, res) => {
          if (req.path.startsWith('/early/')) {
            res.write('.')
            return void res.end(await handler(session(req), req.path).catch(({ code }) => code))
          }
          const body = await handler(session(req), req.path)
          if (req.path.startsWith('/public/')) res.set({ ...publicHeaders, 'set-cookie': theme })
          res.send(body)
        })
        app.use(session.errorHandler)
        return serveNode(app)
      },
    })
    return { laws }
  },
}

function afterFirstByte(handle: () => Promise<string>): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder()
  let isFirst = true
  return new ReadableStream(
    {
      async pull(controller) {
        controller.enqueue(bytes.encode(isFirst ? '.' : await handle().catch(({ code }) => code)))
        if (!isFirst) controller.close()
        isFirst = false
      },
    },
    { highWaterMark: 0 },
  )
}
