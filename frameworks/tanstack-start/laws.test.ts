import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { adapterLaws, publicHeaders } from 'latchkey/testing'
import { serve } from '../serve.test-helper.ts'

// The built application reads this as it serves each request: one law after another sets it.
const hook = globalThis as { latchkeyLaws?: unknown }

type Fetch = (request: Request) => Response | Promise<Response>
const { toNodeHandler } = createRequire(import.meta.url)('srvx/node') as {
  toNodeHandler(fetch: Fetch): RequestListener
}

const laws = adapterLaws({
  async serve(sessions, handler, options) {
    hook.latchkeyLaws = { sessions, handler, options, publicHeaders }
    const built = await import(join(import.meta.dirname, 'laws/dist/server/server.js'))
    return serve(toNodeHandler((request) => built.default.fetch(request)))
  },
})

for (const law of laws) test(law.name, law.run)
