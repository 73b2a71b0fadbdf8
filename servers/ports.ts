import { once } from 'node:events'
import { createServer } from 'node:net'

export const host = '127.0.0.1'

// Below the ports that systems take for outgoing connections (Linux from 32768, others from 49152): there another
// process's connection could hold the port when a server wants to come back to it after a kill.
const FIRST = 12_000
const COUNT = 10_000
const ATTEMPTS = 100

/**
 * A port that nobody listens on now, from 12000 to 21999, and whose companions (say port + 10000) are free too.
 * Throws when a hundred tries find none.
 */
export async function freePort(companions: (port: number) => readonly number[] = () => []): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    const all = await Promise.all([port, ...companions(port)].map(isFree))
    if (all.every(Boolean)) return port
  }
  throw new Error(`No free port in ${ATTEMPTS} attempts`)
}

/** Whether a server could listen on the port now. */
export async function isFree(port: number): Promise<boolean> {
  // A client that comes back to its server may find us in its place, and must not take us for it.
  const server = createServer((socket) => socket.destroy())
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
