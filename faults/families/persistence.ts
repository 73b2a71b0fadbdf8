import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { RedisServer } from '../../servers/redis.ts'
import { redisCommand } from '../../servers/redis-command.ts'
import type { Fault } from '../fault.ts'
import type { Window } from '../findings.ts'
import { startSingleRedis } from './redis-scene.ts'

const everySecond = { appendonly: 'yes', appendfsync: 'everysec' }

/** What Redis still has after its end depends on what it had written, and on what the system had. */
export const persistence: readonly Fault[] = [
  fault({
    id: 'killed-everysec',
    title: 'killed, started again, appendfsync everysec',
    configuration: everySecond,
    // What Redis has handed to the system outlives Redis.
    end: (server) => server.kill(),
  }),
  fault({
    id: 'power-everysec',
    title: 'power lost (file cut off), started again, everysec',
    configuration: everySecond,
    window: {
      name: 'appendfsync everysec: what the disk did not have yet, up to a second',
      ms: 0,
      isShown: true,
    },
    async end(server, goOn) {
      const file = await appendedFile(server)
      const { size } = await stat(file)
      await goOn()
      await server.kill()
      await truncate(file, size)
    },
  }),
  fault({
    id: 'killed-snapshots',
    title: 'killed, started again, only snapshots',
    configuration: {},
    window: { name: 'snapshots: all since the last one', ms: 0, isShown: true },
    async end(server, goOn) {
      await redisCommand(server.port, 'SAVE')
      await goOn()
      await server.kill()
    },
  }),
]

interface Ending {
  readonly id: string
  readonly title: string
  readonly configuration: Readonly<Record<string, string>>
  readonly window?: Window
  end(server: RedisServer, goOn: () => Promise<void>): Promise<void>
}

function fault({ id, title, configuration, window, end }: Ending): Fault {
  return {
    id,
    title,
    store: 'Redis',
    client: 'node-redis',
    ...(window && { window }),
    async build(stack) {
      const { server, settings } = await startSingleRedis(stack, 'node-redis', configuration)
      return {
        settings,
        outage: 'silent',
        strike: ({ goOn }) => end(server, goOn),
        heal: () => server.restart(),
      }
    },
  }
}

/** The file that Redis appends its writes to. */
async function appendedFile({ folder }: RedisServer): Promise<string> {
  const files = await readdir(join(folder, 'appendonlydir'))
  const name = files.find((each) => each.endsWith('.incr.aof'))
  if (name === undefined) throw new Error('Redis has no append-only file.')
  return join(folder, 'appendonlydir', name)
}
