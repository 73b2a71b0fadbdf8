import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Console } from './console.ts'

export interface RunningConsole {
  readonly port: number
  /** Stops accepting, ends streams and audits, answers what is under way, and closes the database. */
  close(): Promise<void>
}

// How long answers under way may take, in milliseconds.
const grace = 3000

/**
 * Puts a console on a port; 0 takes a free one.
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function serve(site: Console, port: number, host: string): Promise<RunningConsole> {
  const server = createAdaptorServer({ fetch: site.app.fetch }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await site.stop()
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), grace)
      await closed
      clearTimeout(timer)
      await site.close()
    },
  }
}
