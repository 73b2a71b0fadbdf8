import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { routePath } from 'hono/route'
import { createSessions, type SessionStore } from 'latchkey'
import { honoSession } from 'latchkey/hono'
import { sqliteStore } from 'latchkey/sqlite'
import type { Logger } from 'pino'
import { assetRoutes } from './assets.ts'
import type { Auditor } from './auditor.ts'
import { createRuns } from './audits/runs.ts'
import type { ConsoleContext, ConsoleEnv, Services, SessionData } from './context.ts'
import { createAudits } from './data/audits.ts'
import { openDatabase } from './data/schema.ts'
import { createUsers } from './data/users.ts'
import { errorFacts } from './errors.ts'
import { accountPages } from './pages/account.ts'
import { auditPages } from './pages/audit.ts'
import { auditsPages } from './pages/audits.ts'
import { devicesPages } from './pages/devices.ts'
import { sendError, statusOf } from './pages/errors.ts'
import { homePages } from './pages/home.ts'
import { signInPages } from './pages/sign-in.ts'
import { signUpPages } from './pages/sign-up.ts'
import { requestLog } from './request-log.ts'
import { isPublicAddress } from './security/addresses.ts'
import { clientAddress, isEncrypted, isLoopbackHost } from './security/client.ts'
import { refuseCrossOrigin } from './security/csrf.ts'
import { securityHeaders } from './security/headers.ts'
import { createThrottles, type Limits } from './security/throttles.ts'

export interface ConsoleOptions {
  /** The SQLite file of users, audits and sessions. */
  readonly dataPath: string
  readonly auditor: Auditor
  readonly log: Logger
  /** Whether audits may reach private addresses. */
  readonly allowPrivate: boolean
  /** Answer only requests for localhost. */
  readonly loopback: boolean
  /** Believe the last X-Forwarded-For and -Proto. */
  readonly trustProxy?: boolean
  readonly limits?: Limits
  /** Milliseconds one audit may take. Default two minutes. */
  readonly auditTimeLimit?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Which resolved addresses audits may connect to; by default public ones, or all with `allowPrivate`. */
  readonly allowAddress?: (address: string, hostname: string) => boolean
  /** Where sessions are kept; by default in `dataPath`. */
  readonly store?: SessionStore
}

export interface Console {
  readonly app: Hono<ConsoleEnv>
  /** Ends streams and audits; requests are still answered, so close the server after it. */
  stop(): Promise<void>
  /** Closes the database. Call it when no request is left. */
  close(): Promise<void>
}

const maxFormBytes = 65_536
const auditsAtOnce = 4
const sweepInterval = 600_000

/** The whole application, without a socket. */
export function createConsole(options: ConsoleOptions): Console {
  const { dataPath, auditor, log, allowPrivate, trustProxy = false, now = Date.now } = options
  const database = openDatabase(dataPath)
  const sessions = createSessions<SessionData>({
    store: options.store ?? sqliteStore(dataPath),
    now,
    warn: (message) => log.warn(message),
  })
  const audits = createAudits(database, now)
  const runs = createRuns({
    auditor,
    audits,
    log,
    allowAddress: options.allowAddress ?? ((address) => allowPrivate || isPublicAddress(address)),
    timeLimit: options.auditTimeLimit ?? 120_000,
    atOnce: auditsAtOnce,
  })
  const services: Services = {
    users: createUsers(database, now),
    audits,
    runs,
    sessions,
    throttles: createThrottles(options.limits),
    auditor,
    log,
    now,
    addressOf: (c) => clientAddress(c, trustProxy),
    allowPrivate,
  }
  const sweeping = setInterval(() => audits.sweep(), sweepInterval).unref()

  const app = new Hono<ConsoleEnv>()
  app.onError((error, c) => {
    log.error({ route: routePath(c, -1), ...errorFacts(error) }, 'request failed')
    return sendError(c, statusOf(error))
  })
  app.notFound((c) => sendError(c, 404))

  app.use(requestLog(log, now))
  app.use(securityHeaders((c) => isEncrypted(c as ConsoleContext, trustProxy)))
  if (options.loopback) {
    app.use((c, next) => (isLoopbackHost(c.req.header('host')) ? next() : sendError(c, 421)))
  }
  app.route('/', assetRoutes(auditor.css))
  app.use(refuseCrossOrigin((c) => sendError(c, 403)))
  app.use(bodyLimit({ maxSize: maxFormBytes, onError: (c) => sendError(c as ConsoleContext, 413) }))
  app.use(async (c, next) => {
    await next()
    // The session layer answers in plain text when it cannot open a session (law 8): say it as a page.
    const isPlain = c.res.headers.get('content-type')?.startsWith('text/plain')
    if (c.res.status === 503 && isPlain) c.res = await sendError(c, 503)
  })
  const isEvents = (path: string) => path.endsWith('/events')
  const opened: MiddlewareHandler = honoSession(sessions)
  // Following an audit is no sign of a user.
  const polled: MiddlewareHandler = honoSession(sessions, { touch: false })
  app.use((c, next) => (isEvents(c.req.path) ? polled(c, next) : opened(c, next)))

  const pages = [homePages, signInPages, signUpPages, accountPages, devicesPages, auditsPages, auditPages]
  for (const each of pages) app.route('/', each(services))

  return {
    app,
    async stop() {
      clearInterval(sweeping)
      await runs.close()
    },
    async close() {
      await sessions.close()
      database.close()
    },
  }
}
