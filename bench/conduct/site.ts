import { createServer, type RequestListener, type Server } from 'node:http'
import { createGates, type Gates } from './gates.ts'

/** A library as it is measured: how it is set up, and what serves `respond` with it. */
export interface Stack {
  readonly name: string
  start(gates: Gates): Promise<Service>
}

export interface Service {
  readonly listener: RequestListener
  /** The session's identity inside the cookies, for a library that encrypts it anew for each answer. */
  identify?(cookies: ReadonlyMap<string, string>): Promise<string>
  /** That it answers a late request by 500 is what it does, and no sign that the harness is wrong. */
  readonly mayFailLate?: boolean
  close?(): Promise<void>
}

/** A running stack. */
export interface Site {
  readonly port: number
  readonly gates: Gates
  readonly identify: (cookies: ReadonlyMap<string, string>) => Promise<string>
  readonly mayFailLate: boolean
  close(): Promise<void>
}

/** Serves the stack on a free port of the loopback interface. */
export async function startSite(stack: Stack): Promise<Site> {
  const gates = createGates()
  const service = await stack.start(gates)
  const server = createServer(service.listener)
  const port = await listen(server)
  return {
    port,
    gates,
    identify: service.identify ?? (async (cookies) => [...cookies].join(';')),
    mayFailLate: service.mayFailLate ?? false,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await service.close?.()
    },
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'))
      else resolve(address.port)
    })
  })
}
