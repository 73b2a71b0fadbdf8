import { mkdtemp, rm } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Handle, respond } from '../app.ts'
import { peerModule } from '../installed-peers.ts'
import type { Stack } from '../site.ts'

/** The parts of AdonisJS that are used, as far as they are. */
interface AdonisSession {
  get(key: string): unknown
  put(key: string, value: unknown): void
  increment(key: string): void
  regenerate(): void
  clear(): void
}
interface Context {
  readonly request: { url(withQuery: boolean): string }
  readonly session: AdonisSession
}
type Middleware = { handle(context: Context, next: () => Promise<void>): Promise<void> }
interface Server {
  use(middleware: (() => Promise<{ default: new () => Middleware }>)[]): void
  getRouter(): { any(path: string, handler: (context: Context) => unknown): void }
  boot(): Promise<void>
  handle: RequestListener
}
interface Factory<Made> {
  merge(options: object): Factory<Made>
  create(root?: URL): Made
}

/** @adonisjs/session on AdonisJS' own server, with its file store: the one for production that needs no server. */
export const adonisSessionStack: Stack = {
  name: '@adonisjs/session',
  async start(gates) {
    const { AppFactory } = await peerModule<{ AppFactory: new () => Factory<{ init(): Promise<void> }> }>(
      '@adonisjs/core/factories/app',
    )
    const { ServerFactory } = await peerModule<{ ServerFactory: new () => Factory<Server> }>(
      '@adonisjs/core/factories/http',
    )
    const { SessionMiddlewareFactory } = await peerModule<{
      SessionMiddlewareFactory: new () => Factory<Promise<Middleware>>
    }>('@adonisjs/session/factories')
    const { configProvider } = await peerModule<{
      configProvider: { resolve(app: object, provider: unknown): Promise<unknown> }
    }>('@adonisjs/core')
    const { stores } = await peerModule<{ stores: { file(options: object): unknown } }>('@adonisjs/session')

    const location = await mkdtemp(join(tmpdir(), 'latchkey-conduct-'))
    const app = new AppFactory().create(pathToFileURL(`${location}/`))
    await app.init()
    const file = await configProvider.resolve(app, stores.file({ location }))
    const config = { store: 'file', stores: { file }, cookie: { secure: false } }
    const middleware = await new SessionMiddlewareFactory().merge({ config }).create()
    const server = new ServerFactory().merge({ app }).create()
    class Sessions {
      handle: Middleware['handle'] = (context, next) => middleware.handle(context, next)
    }
    server.use([async () => ({ default: Sessions })])
    server
      .getRouter()
      .any('*', ({ request, session }) => respond(request.url(true), handleOf(session), gates))
    await server.boot()
    return {
      listener: (request, response) => server.handle(request, response),
      // Its file store throws where the file has gone meanwhile.
      mayFailLate: true,
      close: () => rm(location, { recursive: true }),
    }
  },
}

function handleOf(session: AdonisSession): Handle {
  return {
    user: () => (session.get('user') as string | undefined) ?? null,
    get: (key) => session.get(key),
    set: (key, value) => session.put(key, value),
    increment: (key) => session.increment(key),
    // As its authentication does it.
    async login(user) {
      session.put('user', user)
      session.regenerate()
    },
    rotate: async () => session.regenerate(),
    logout: async () => session.clear(),
  }
}
