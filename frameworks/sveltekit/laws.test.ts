import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { adapterLaws, publicHeaders } from 'latchkey/testing'
import { serve } from '../serve.test-helper.ts'

// The built application reads this as it serves each request: one law after another sets it.
const hook = globalThis as { latchkeyLaws?: unknown }

const laws = adapterLaws({
  async serve(sessions, handler, options) {
    hook.latchkeyLaws = { sessions, handler, options, publicHeaders }
    const built: { handler: RequestListener } = await import(
      join(import.meta.dirname, 'laws/build/handler.js')
    )
    return serve((req, res) => built.handler(req, res))
  },
})

for (const law of laws) test(law.name, law.run)
