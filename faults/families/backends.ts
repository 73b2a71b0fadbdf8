import type { Server } from '../../servers/server.ts'
import { type Database, leaseDatabase } from '../databases.ts'
import type { Scene } from '../fault.ts'
import type { ApplicationSettings } from '../settings.ts'
import { type RedisLibrary, redisLibraries, startSingleRedis } from './redis-scene.ts'
import { stopDatabase, stopRedis } from './stopping.ts'

/** A store on one server, and the means to do something to that server. */
export interface Backend {
  /** Part of a fault's id. */
  readonly id: string
  readonly store: string
  readonly client: string
  start(stack: AsyncDisposableStack): Promise<Running>
}

export interface Running {
  readonly settings: ApplicationSettings
  readonly server: Server
  /** Ends the server as an operator does. */
  stopInOrder(): Promise<void>
}

/** Redis that has on disk whatever it has answered for. */
const noneLost = { appendonly: 'yes', appendfsync: 'always' }

function redis(library: RedisLibrary): Backend {
  return {
    id: library,
    store: 'Redis',
    client: library,
    async start(stack) {
      const { server, settings } = await startSingleRedis(stack, library, noneLost)
      return { settings, server, stopInOrder: () => stopRedis(server) }
    },
  }
}

function database(kind: Database['kind'], store: string, client: string): Backend {
  return {
    id: kind,
    store,
    client,
    async start(stack) {
      const { server, settings } = await leaseDatabase(kind, stack)
      return { settings, server, stopInOrder: () => stopDatabase(kind, server) }
    },
  }
}

export const backends: readonly Backend[] = [
  ...redisLibraries.map(redis),
  database('postgres', 'PostgreSQL', 'pg'),
  database('mysql', 'MariaDB', 'mysql2'),
]

/** The same fault for each backend. */
export function onEachBackend(
  id: string,
  title: string,
  scene: (running: Running) => Omit<Scene, 'settings' | 'outage'>,
) {
  return backends.map((backend) => ({
    id: `${id}-${backend.id}`,
    title,
    store: backend.store,
    client: backend.client,
    async build(stack: AsyncDisposableStack): Promise<Scene> {
      const running = await backend.start(stack)
      return { settings: running.settings, outage: 'silent', ...scene(running) }
    },
  }))
}
