import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { adapterLaws, publicHeaders } from 'latchkey/testing'

// The built application reads this as it serves each request: one law after another sets it.
const hook = globalThis as { latchkeyLaws?: unknown }
process.env.BODY_SIZE_LIMIT = '512K'

const laws = adapterLaws({
  async serve(sessions, handler, options) {
    hook.latchkeyLaws = { sessions, handler, options, publicHeaders }
    const built = join(import.meta.dirname, 'laws/build/handler.js')
    const { handler: listener } = (await import(built)) as { handler: RequestListener }
    const server = createServer((req, res) => listener(req, res))
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
})

for (const law of laws) test(law.name, law.run)
