import { Pool } from 'pg'
import { redisCommand } from '../../servers/redis-command.ts'
import { leaseDatabase } from '../databases.ts'
import type { Fault, Scene, UnderLoad } from '../fault.ts'
import type { ApplicationSettings } from '../settings.ts'
import { redisLibraries, startSingleRedis } from './redis-scene.ts'

/** Milliseconds that a copy may be old. */
const maxStale = 500
/** How often the connections are cut under load. */
const TIMES = 3
/** Connections that listen: one for each process of the application. */
const LISTENERS = 2

interface Cached {
  readonly id: string
  readonly store: string
  readonly client: string
  start(stack: AsyncDisposableStack): Promise<{
    settings: ApplicationSettings
    server: { pause(): Promise<void>; resume(): Promise<void> }
    /** Cuts the connections that announcements come through; how many there were. */
    cut(): Promise<number>
  }>
}

const stores: readonly Cached[] = [
  ...redisLibraries.map(
    (library): Cached => ({
      id: library,
      store: 'Redis, near cache',
      client: library,
      async start(stack) {
        const { server, settings } = await startSingleRedis(stack, library)
        const cut = async () => Number((await redisCommand(server.port, 'CLIENT KILL TYPE pubsub')).slice(1))
        return { settings, server, cut }
      },
    }),
  ),
  {
    id: 'postgres',
    store: 'PostgreSQL, near cache',
    client: 'pg',
    async start(stack) {
      const { server, settings } = await leaseDatabase('postgres', stack)
      return { settings, server, cut: () => cutListeners(server.url) }
    },
  },
]

/** Nothing older than `maxStale` is served, whatever happens to the announcements. */
export const cache: readonly Fault[] = stores.flatMap(({ id, store, client, start }) => [
  {
    id: `cache-cut-${id}`,
    title: `announcements cut off, ${TIMES} times`,
    store,
    client,
    async build(stack): Promise<Scene> {
      const { settings, cut } = await start(stack)
      return {
        settings: { ...settings, maxStale },
        outage: 'partial',
        isRefusing: false,
        strike: (under) => cutRepeatedly(cut, under),
        heal: async () => undefined,
      }
    },
  },
  {
    id: `cache-paused-${id}`,
    title: 'hangs (SIGSTOP), goes on',
    store,
    client,
    async build(stack): Promise<Scene> {
      const { settings, server } = await start(stack)
      return {
        settings: { ...settings, maxStale },
        outage: 'silent',
        strike: () => server.pause(),
        heal: () => server.resume(),
      }
    },
  },
])

async function cutRepeatedly(cut: () => Promise<number>, { goOn }: UnderLoad): Promise<void> {
  for (let time = 0; time < TIMES; time++) {
    const count = await cut()
    if (count < LISTENERS) throw new Error(`${count} processes were listening, not ${LISTENERS}.`)
    await goOn()
  }
}

async function cutListeners(connectionString: string): Promise<number> {
  const pool = new Pool({ connectionString, max: 1 })
  try {
    const listeners = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND (query LIKE 'LISTEN %' OR query = 'SELECT 1')`
    return (await pool.query(listeners)).rowCount ?? 0
  } finally {
    await pool.end()
  }
}
