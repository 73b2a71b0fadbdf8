import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import { publicHeaders } from 'latchkey/testing'
import type { expressSession } from '../express.ts'
import { type Served, theme } from './served.test-helper.ts'

/** The application of the adapter laws on Express 5. */
export function expressApplication(adapter: typeof expressSession, ...served: Served): Express {
  return applicationOn(express, (handle) => handle, adapter, ...served)
}

type Handle = (req: Request, res: Response) => Promise<void>

/**
 * @param make the application of a version
 * @param passing makes what it rejects with go on to the error handlers, where that version does not by itself
 */
export function applicationOn(
  make: typeof express,
  passing: (handle: Handle) => RequestHandler,
  adapter: typeof expressSession,
  ...[sessions, handler, options]: Served
): Express {
  const app = make()
  // Express prints the errors it answers for, except under this setting.
  app.set('env', 'test')
  const session = adapter(sessions, options)
  app.use((_req, res, next) => {
    res.cookie('theme', 'dark')
    next()
  })
  app.use(session.middleware)
  app.use(
    passing(async (req, res) => {
      if (req.path.startsWith('/early/')) {
        res.write('.')
        return void res.end(await handler(session(req), req.path).catch(({ code }) => code))
      }
      const body = await handler(session(req), req.path)
      if (req.path.startsWith('/public/')) res.set({ ...publicHeaders, 'set-cookie': theme })
      res.send(body)
    }),
  )
  app.use(session.errorHandler)
  return app
}
