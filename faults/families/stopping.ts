import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isFree } from '../../servers/ports.ts'
import { fieldOf, redisCommand } from '../../servers/redis-command.ts'
import type { Server } from '../../servers/server.ts'
import { until } from '../../servers/until.ts'

const pidFiles = { postgres: 'data/postmaster.pid', mysql: 'mariadb.pid' }
// PostgreSQL: a fast shutdown, which ends its sessions with an error of its own (57P01).
const signals = { postgres: 'SIGINT', mysql: 'SIGTERM' } as const

/** An orderly shutdown, as for an update of the server. Its data stays. */
export async function stopDatabase(kind: 'postgres' | 'mysql', server: Server): Promise<void> {
  const [pid] = (await readFile(join(server.folder, pidFiles[kind]), 'utf8')).split('\n')
  process.kill(Number(pid), signals[kind])
  await untilGone(Number(pid), server)
}

export async function stopRedis(server: Server): Promise<void> {
  const pid = fieldOf(await redisCommand(server.port, 'INFO'), 'process_id')
  await redisCommand(server.port, 'SHUTDOWN')
  await untilGone(Number(pid), server)
}

/** Not only its port: some close that first, and answer for a while on the connections that they have. */
async function untilGone(pid: number, { port }: Server): Promise<void> {
  await until(`the server on port ${port} has stopped`, async () => !isAlive(pid) && (await isFree(port)))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
