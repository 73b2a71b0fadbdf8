import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { memoryStore } from '../../stores/memory/memory.ts'
import { session } from './express-session.ts'
import { expressSession } from './former.test-helper.ts'
import { askOf, type Kept } from './served.test-helper.ts'

type Step =
  | { readonly do: 'set' | 'deepen'; readonly key: string; readonly value: unknown }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'save' | 'reload' | 'regenerate' | 'destroy' | 'write' }

type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

/** Takes the steps of a request, and answers with the values that the session has then. */
async function takeSteps(req: Kept, res: ServerResponse): Promise<void> {
  const steps: Step[] = JSON.parse(decodeURIComponent(req.url?.slice(1) ?? ''))
  for (const step of steps) {
    const current = req.session
    if (!current) break
    // Of a session with nothing in it express-session stores a record without a cookie, which nobody comes back to.
    if (step.do === 'save') current.saved = true
    if (step.do === 'set') current[step.key] = step.value
    else if (step.do === 'deepen') current[step.key] = { ...current[step.key], within: step.value }
    else if (step.do === 'delete') delete current[step.key]
    else if (step.do === 'write') res.write('-')
    else await new Promise<unknown>((resolve) => current[step.do](resolve))
  }
  const { cookie: _, ...values } = req.session ?? {}
  res.end(JSON.stringify(req.session ? Object.entries(values).sort() : 'none'))
}

async function served(t: TestContext, middleware: Middleware) {
  const server = createServer((req, res) => middleware(req, res, () => void takeSteps(req as Kept, res)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return () => {
    let cookie = ''
    return async (steps: readonly Step[]) => {
      const { body, lines, ...answer } = await askOf(server, 'sid', {
        path: `/${encodeURIComponent(JSON.stringify(steps))}`,
        ...(cookie && { cookie }),
      })
      if (lines.length > 0) cookie = /Max-Age=0/.test(lines[0] ?? '') ? '' : answer.cookie
      return body
    }
  }
}

const key = fc.constantFrom('a', 'b', 'c')
const value = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.array(fc.integer(), { maxLength: 2 }))
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('set', 'set', 'deepen'), key, value }),
  fc.record({ do: fc.constant('delete'), key }),
  fc.record({ do: fc.constantFrom('save', 'reload', 'regenerate', 'destroy') }),
) as fc.Arbitrary<Step>

const requests = fc.array(
  fc.tuple(fc.array(step, { maxLength: 5 }), fc.boolean()).map(
    // Express-session sets no cookie once the head is out: a first part comes after what is to be kept.
    ([steps, isParted]) => (isParted ? [...steps, { do: 'write' } as const] : steps),
  ),
  { minLength: 1, maxLength: 6 },
)

test('what a browser sees is the same as with express-session, whatever its requests do one after the other', async (t) => {
  const options = { resave: false, saveUninitialized: false } as const
  const theirs = await served(t, expressSession({ ...options, name: 'sid', secret: 'cat' }))
  const ours = await served(t, session({ ...options, name: 'sid', store: memoryStore() }) as Middleware)
  await fc.assert(
    fc.asyncProperty(requests, async (program) => {
      const [askTheirs, askOurs] = [theirs(), ours()]
      for (const steps of program) assert.equal(await askOurs(steps), await askTheirs(steps))
    }),
    { numRuns: 150 },
  )
})
