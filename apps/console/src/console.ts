import { randomUUID } from 'node:crypto'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { routePath } from 'hono/route'
import { createSessions } from 'latchkey'
import { honoSession } from 'latchkey/hono'
import type { Logger } from 'pino'
import { findAccount } from './account.ts'
import { assetRoutes } from './assets.ts'
import type { Auditor } from './auditor.ts'
import { createFollower } from './audits/follow.ts'
import { createRuns } from './audits/runs.ts'
import { createTrials } from './audits/trials.ts'
import type { Backends } from './backends/backends.ts'
import type { ConsoleContext, ConsoleEnv, Services, SessionData } from './context.ts'
import { createAudits } from './data/audits.ts'
import { createHistory } from './data/history.ts'
import { createRunningAudits } from './data/running.ts'
import { createTriedForms } from './data/tried-forms.ts'
import { createUsers } from './data/users.ts'
import { errorFacts } from './errors.ts'
import { healthRoute } from './health.ts'
import { accountPages } from './pages/account.ts'
import { activityPages } from './pages/activity.ts'
import { adminPages } from './pages/admin.ts'
import { adminUserPages } from './pages/admin-user.ts'
import { auditPages } from './pages/audit.ts'
import { auditsPages } from './pages/audits.ts'
import { confirmPages } from './pages/confirm.ts'
import { deletePages } from './pages/delete-account.ts'
import { devicesPages } from './pages/devices.ts'
import { sendError, sendFailure, statusOf } from './pages/errors.ts'

import { homePages } from './pages/home.ts'
import { signInPages } from './pages/sign-in.ts'
import { signUpPages } from './pages/sign-up.ts'
import { policies, sessionsPerUser } from './policies.ts'
import { createRecorder } from './recorder.ts'
import { requestLog } from './request-log.ts'
import { isPublicAddress } from './security/addresses.ts'
import { clientAddress, isEncrypted, isLoopbackHost } from './security/client.ts'
import { csrfTokens } from './security/csrf.ts'
import { securityHeaders } from './security/headers.ts'
import { createOpenStreams } from './security/open-streams.ts'
import { createThrottles, type Limits } from './security/throttles.ts'

export interface ConsoleOptions {
  /** Where users, audits, sessions and counts are; closed with the console. */
  readonly backends: Backends
  readonly auditor: Auditor
  readonly log: Logger
  /** Whether audits may reach private addresses. */
  readonly allowPrivate: boolean
  /** Whether audits may start a browser on this machine. Default false. */
  readonly mayUseBrowser?: boolean
  /** Answer only requests for localhost. */
  readonly loopback: boolean
  /** Addresses and CIDR blocks of the proxies before it, whose X-Forwarded-For and -Proto are believed. */
  readonly trustedProxies?: readonly string[]
  /** The names of administrators, in lower case; by default there is none. */
  readonly admins?: ReadonlySet<string>
  readonly limits?: Limits
  /** Milliseconds one audit may take. Default two minutes. */
  readonly auditTimeLimit?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Which resolved addresses audits may connect to; by default public ones, or all with `allowPrivate`. */
  readonly allowAddress?: (address: string, hostname: string) => boolean
  /** Milliseconds between the signs of life of a running audit, and between looks at one in another console. */
  readonly heartbeat?: number
}

export interface Console {
  readonly app: Hono<ConsoleEnv>
  /** Ends streams and audits; requests are still answered, so close the server after it. */
  stop(): Promise<void>
  /** Closes the backends. Call it when no request is left. */
  close(): Promise<void>
}

const maxFormBytes = 65_536
/** A recorded login comes with its answers. */
const maxRecordingBytes = 4 * 1024 * 1024
const auditsAtOnce = 4
const sweepInterval = 600_000
const pages = [
  ...[homePages, signInPages, signUpPages, confirmPages, auditsPages, auditPages],
  ...[accountPages, deletePages, devicesPages, activityPages, adminPages, adminUserPages],
]

/** The whole application, without a socket. */
export function createConsole(options: ConsoleOptions): Console {
  const {
    backends,
    auditor,
    log,
    allowPrivate,
    trustedProxies = [],
    now = Date.now,
    heartbeat = 1000,
    auditTimeLimit = 120_000,
  } = options
  const { database, store, limiter } = backends
  const sessions = createSessions<SessionData>({
    store,
    // Cookies know no port: the default name may be another application's on this host. Safari keeps no Secure cookie
    // of plain http, on this machine either, where nobody else can listen.
    cookie: options.loopback
      ? { name: 'latchkey-console', secure: false }
      : { name: '__Host-latchkey-console' },
    policies,
    sessionsPerUser: { max: sessionsPerUser },
    clients: true,
    trustedProxies,
    now,
    warn: (message) => log.warn(message),
  })
  const history = createHistory(database, now)
  const recorder = createRecorder(sessions, history, log, now)
  const running = createRunningAudits(database, now, randomUUID())
  const audits = createAudits(database, now, running)
  const triedForms = createTriedForms(database, now)
  const allowAddress = options.allowAddress ?? ((address: string) => allowPrivate || isPublicAddress(address))
  const common = { auditor, log, allowAddress, atOnce: auditsAtOnce }
  const runs = createRuns({ ...common, running, timeLimit: auditTimeLimit, heartbeat })
  const services: Services = {
    users: createUsers(database, now),
    audits,
    runs,
    trials: createTrials(common),
    triedForms,
    follower: createFollower(runs, audits, running, heartbeat),
    sessions,
    history,
    recorder,
    admins: options.admins ?? new Set(),
    throttles: createThrottles(options.limits, limiter),
    openStreams: createOpenStreams(),
    auditor,
    log,
    now,
    addressOf: clientAddress(trustedProxies),
    allowPrivate,
    mayUseBrowser: options.mayUseBrowser ?? false,
    auditTimeLimit,
  }
  const sweep = async () => {
    for (const each of [audits, history, triedForms]) {
      await each.sweep().catch((error) => log.warn(errorFacts(error), 'what is old was not removed'))
    }
  }
  void sweep()
  const sweeping = setInterval(sweep, sweepInterval).unref()
  let isStopping = false

  const app = new Hono<ConsoleEnv>()
  app.onError((error, c) => {
    const level = statusOf(error) < 500 ? 'info' : 'error'
    log[level]({ route: routePath(c, -1), ...errorFacts(error) }, 'request failed')
    return sendFailure(c, error)
  })
  app.notFound((c) => sendError(c, 404))

  app.use(requestLog(log, now))
  app.use(async (c, next) => {
    await next()
    // A proxy that keeps connections must not send its next request on one that is about to close.
    if (isStopping) c.res.headers.set('connection', 'close')
  })
  app.use(securityHeaders((c) => isEncrypted(c as ConsoleContext, trustedProxies.length > 0)))
  if (options.loopback) {
    app.use((c, next) => (isLoopbackHost(c.req.header('host')) ? next() : sendError(c, 421)))
  }
  app.route('/', healthRoute(database, store))
  app.route('/', assetRoutes(auditor.css))
  const limited = (maxSize: number) =>
    bodyLimit({ maxSize, onError: (c) => sendError(c as ConsoleContext, 413) })
  const [usual, recording] = [limited(maxFormBytes), limited(maxRecordingBytes)]
  app.use((c, next) => (c.req.path === '/audits' ? recording(c, next) : usual(c, next)))
  app.use(async (c, next) => {
    await next()
    // The session layer refuses pages of another origin in plain text, before anything here sees them: say it as a page.
    const isPlain = c.res.headers.get('content-type')?.startsWith('text/plain')
    if (isPlain && c.res.status === 403) c.res = await sendError(c, 403)
  })
  const isEvents = (path: string) => path.endsWith('/events')
  const opened: MiddlewareHandler = honoSession(sessions)
  // Following an audit is no sign of a user.
  const polled: MiddlewareHandler = honoSession(sessions, { touch: false })
  app.use((c, next) => (isEvents(c.req.path) ? polled(c, next) : opened(c, next)))

  app.use(csrfTokens)
  app.use(findAccount(services))
  for (const each of pages) app.route('/', each(services))

  return {
    app,
    async stop() {
      isStopping = true
      clearInterval(sweeping)
      await runs.close()
    },
    async close() {
      await sessions.close()
      await recorder.settled()
      await backends.close()
    },
  }
}
