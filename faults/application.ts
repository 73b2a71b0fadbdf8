// The application under test: a process of its own, as it would be in production. Started by site.ts, which is told
// what this process could not handle; it goes on nevertheless, so that the harness sees what follows.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createSessions, isSessionError } from 'latchkey'
import { nodeSession } from 'latchkey/node'
import { openStore } from './clients/open-store.ts'
import { Gates } from './gates.ts'
import { createRoutes, type Data } from './routes.ts'
import type { ApplicationSettings } from './settings.ts'
import { plantMistake } from './wrong.ts'

/** What the process tells site.ts. */
export type Message =
  | { readonly listening: number }
  | { readonly unhandled: string }
  | { readonly failed: string }
  | { readonly stoodStill: number }

const standstill = monitorEventLoopDelay({ resolution: 10 })
standstill.enable()
const settings: ApplicationSettings = JSON.parse(process.argv[2] ?? '{}')
process.on('uncaughtException', unhandled)
process.on('unhandledRejection', unhandled)

const { store, close } = await openStore(settings)
const sessions = createSessions<Data>({
  store: plantMistake(settings.wrong, store),
  storeTimeout: settings.storeTimeout,
  ...(settings.idleTimeout !== undefined && { idleTimeout: settings.idleTimeout }),
  warn: () => undefined,
})
const gates = new Gates()
// A store that cannot answer is what these runs are about.
const onError = (error: unknown) => {
  if (!isSessionError(error)) tell({ failed: textOf(error) })
}
const withSession = nodeSession(sessions, createRoutes(sessions, gates), { onError })

const server = createServer((request, response) => {
  const url = request.url ?? '/'
  if (url.startsWith('/gate')) serveGate(url, response)
  else serve(request, response)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) tell({ listening: address.port })
})
process.once('SIGTERM', stop)

function serve(request: IncomingMessage, response: ServerResponse): void {
  withSession(request, response).catch(unhandled)
}

/** Without a session, so that a store that cannot answer holds no gate. */
function serveGate(url: string, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const name = searchParams.get('name') ?? ''
  if (pathname === '/gate/open') gates.open(name)
  const ready = pathname === '/gate/arrived' ? gates.arrival(name) : Promise.resolve()
  ready.then(() => response.end('{}'))
}

/** Ends by running out of work: what is left over would show as a process that does not end. */
async function stop(): Promise<void> {
  server.close()
  server.closeAllConnections()
  await sessions.close()
  await close()
  standstill.disable()
  tell({ stoodStill: standstill.max / 1e6 })
  process.disconnect?.()
}

function unhandled(error: unknown): void {
  process.exitCode = 1
  tell({ unhandled: textOf(error) })
}

function tell(message: Message): void {
  process.send?.(message)
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
