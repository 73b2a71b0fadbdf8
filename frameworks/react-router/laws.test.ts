import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { adapterLaws, publicHeaders } from 'latchkey/testing'
import { serve } from '../serve.test-helper.ts'

// The built application reads this as it serves each request: one law after another sets it.
const hook = globalThis as { latchkeyLaws?: unknown }

const { createRequestListener } = createRequire(import.meta.url)('@react-router/node') as {
  createRequestListener(options: { build: unknown; mode: string }): RequestListener
}

const laws = adapterLaws({
  async serve(sessions, handler, options) {
    hook.latchkeyLaws = { sessions, handler, options, publicHeaders }
    const build = await import(join(import.meta.dirname, 'laws/build/server/index.js'))
    return serve(createRequestListener({ build, mode: 'production' }))
  },
})

for (const law of laws) test(law.name, law.run)
