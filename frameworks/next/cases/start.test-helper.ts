import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { AdapterUnderTest, ServedAdapter } from 'latchkey/testing'

type Served = Parameters<AdapterUnderTest['serve']>

/** What the built application reads as it answers. */
export interface Laws {
  readonly sessions: Served[0]
  readonly handler: Served[1]
  readonly options: Served[2]
  readonly proxy?: (request: Request, session: never) => Promise<Response | null>
  readonly deed?: (session: never) => Promise<unknown>
}

const hook = globalThis as { latchkeyLaws?: Laws; latchkeyActed?: string }

interface NextServer {
  prepare(): Promise<void>
  getRequestHandler(): (req: IncomingMessage, res: ServerResponse) => Promise<void>
  close(): Promise<void>
}

// By `require`, since the repository's own compiler does not have Next.
const next: (options: object) => NextServer = createRequire(import.meta.url)('next')

const laws = join(import.meta.dirname, '../laws')

export interface Built {
  /** Serves the application, with what it has to do; `around` is a server that it is a part of. */
  serve(laws: Laws, around?: (handle: RequestListener) => RequestListener): Promise<ServedAdapter>
  /** The folder of what was built. */
  readonly output: string
  /** What the last action came to. */
  acted(): string | undefined
  close(): Promise<void>
}

/** The application of the laws, as it was built. */
export async function startBuilt(): Promise<Built> {
  const app = next({ dev: false, dir: laws, quiet: true })
  await app.prepare()
  const handle = app.getRequestHandler()
  return {
    async serve(laws, around = (listener) => listener) {
      hook.latchkeyLaws = laws
      const server = createServer(around((req, res) => void handle(req, res)))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise((resolve) => {
            server.close(() => resolve())
            server.closeAllConnections()
          }),
      }
    },
    output: join(laws, '.next'),
    acted: () => hook.latchkeyActed,
    close: () => app.close(),
  }
}
