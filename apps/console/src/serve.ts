import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Console } from './console.ts'

export interface RunningConsole {
  readonly port: number
  /** Stops accepting, ends streams and audits, answers what is under way, and closes its backends. */
  close(): Promise<void>
}

// Milliseconds. Process managers kill what has not ended after 10 seconds (Docker) or 30 (Kubernetes).
const grace = 8000
const tidying = 50

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
      // Connections whose last answer is done, also those that were busy a moment ago.
      const tidy = setInterval(() => server.closeIdleConnections(), tidying)
      await site.stop()
      const timer = setTimeout(() => server.closeAllConnections(), grace)
      await closed
      clearTimeout(timer)
      clearInterval(tidy)
      await site.close()
    },
  }
}
