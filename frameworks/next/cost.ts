// node frameworks/next/cost.ts, after `npm run frameworks -- next`: the CPU that a session adds to a request, beside
// iron-session 9. On Next's own objects, without its server, whose own work would hide both.
import { createRequire } from 'node:module'
import { createSessions, memoryStore } from 'latchkey'
import { nextSession } from 'latchkey/next'

// By `require`, since the repository's own compiler does not have Next.
const require = createRequire(import.meta.url)
const { AsyncLocalStorage } = require('node:async_hooks')
Object.assign(globalThis, { AsyncLocalStorage })
const spec = 'next/dist/server/web/spec-extension'
const { RequestCookiesAdapter, MutableRequestCookiesAdapter } = require(`${spec}/adapters/request-cookies`)
const { HeadersAdapter } = require(`${spec}/adapters/headers`)
const { RequestCookies } = require(`${spec}/cookies`)
const { getIronSession } = await import(require.resolve('iron-session'))

interface Asked {
  readonly headers: Headers
  /** As of a component, or of an action. */
  readonly cookies: { set(...cookie: never[]): unknown; get(name: string): { value: string } | undefined }
}

function asked(cookie: string, mayWrite: boolean): Asked {
  const headers = new Headers({
    host: 'example.com',
    cookie,
    'user-agent': 'Mozilla/5.0',
    accept: 'text/html',
  })
  const cookies = new RequestCookies(headers)
  return {
    headers: HeadersAdapter.seal(headers, new Set()),
    cookies: mayWrite ? MutableRequestCookiesAdapter.wrap(cookies) : RequestCookiesAdapter.seal(cookies),
  }
}

type Deed = (asked: Asked) => Promise<unknown>

const sessions = createSessions({
  store: memoryStore(),
  sweepInterval: false,
  cookie: { name: '__Host-desk' },
})
let now: Asked
const session = nextSession(sessions, {
  cookies: async () => now.cookies as never,
  headers: async () => now.headers,
  after: () => undefined,
})
const ironOptions = { password: 'a password of at least 32 characters', cookieName: 'iron' }
const iron = (request: Asked) => getIronSession(request.cookies, ironOptions)

let n = 0
const deeds: Record<string, Record<'floor' | 'iron-session' | 'latchkey', Deed>> = {
  'a component reads': {
    floor: async ({ headers, cookies }) => [headers.get('cookie'), cookies.get('x')],
    'iron-session': async (request) => (await iron(request)).user,
    async latchkey(request) {
      now = request
      return (await session()).userId
    },
  },
  'an action stores a value': {
    floor: async ({ cookies }) => cookies.set(...(['x', 'y', { path: '/' }] as never[])),
    async 'iron-session'(request) {
      const mine = await iron(request)
      mine.note = n++
      await mine.save()
    },
    async latchkey(request) {
      now = request
      await (await session()).set('note', n++)
    },
  },
}

/** What the browser sends to each. */
async function cookieOf(who: string): Promise<string> {
  const request = asked('x=y', true)
  if (who === 'floor') return 'x=y'
  if (who === 'latchkey') {
    now = request
    await (await session()).login('user-1')
    return `__Host-desk=${request.cookies.get('__Host-desk')?.value}`
  }
  const mine = await iron(request)
  mine.user = 'user-1'
  await mine.save()
  return `iron=${request.cookies.get('iron')?.value}`
}

/** Microseconds of CPU for each request. */
async function costOf(deed: Deed, cookie: string, mayWrite: boolean): Promise<number> {
  const before = process.cpuUsage()
  for (let at = 0; at < requests; at++) await deed(asked(cookie, mayWrite))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests
}

const requests = 1_000
const rounds = 11
const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

for (const [name, each] of Object.entries(deeds)) {
  const costs: Record<string, number[]> = { floor: [], 'iron-session': [], latchkey: [] }
  const mayWrite = name.startsWith('an action')
  // By turns, so that what else the machine does meets all of them; the first round warms up.
  for (let round = 0; round <= rounds; round++)
    for (const [who, deed] of Object.entries(each)) {
      const cost = await costOf(deed, await cookieOf(who), mayWrite)
      if (round > 0) costs[who]?.push(cost)
    }
  const floor = median(costs.floor ?? [])
  const ironCost = median(costs['iron-session'] ?? []) - floor
  const own = median(costs.latchkey ?? []) - floor
  const ratio = (own / ironCost).toFixed(2)
  console.log(`${name}: latchkey ${own.toFixed(1)} µs, iron-session ${ironCost.toFixed(1)} µs: ${ratio}`)
}
