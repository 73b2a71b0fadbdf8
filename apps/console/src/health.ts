import { Hono } from 'hono'
import type { SessionStore } from 'latchkey'
import type { Database } from './data/database.ts'
import { within } from './within.ts'

// Milliseconds.
const patience = 2000
// Of the shape of a sid, and nobody's: sids are random.
const noSid = 'health--------health'

/**
 * `GET /health` for load balancers: 200 when database and session store answer, else 503. Which of them does not is
 * all that it tells. However many ask at once, each is asked once.
 */
export function healthRoute(database: Database, store: SessionStore): Hono {
  let looking: Promise<Health> | null = null

  async function look(): Promise<Health> {
    const [data, sessions] = await Promise.all([
      answers(() => database.query('SELECT 1 AS one FROM console_users LIMIT 1')),
      answers(async () => await store.read(noSid, { fresh: true })),
    ])
    return { database: data, sessions }
  }

  return new Hono().get('/health', async (c) => {
    looking ??= look().finally(() => {
      looking = null
    })
    const health = await looking
    const isWell = health.database && health.sessions
    return c.json({ status: isWell ? 'ok' : 'unavailable', ...health }, isWell ? 200 : 503)
  })
}

interface Health {
  readonly database: boolean
  readonly sessions: boolean
}

async function answers(question: () => Promise<unknown>): Promise<boolean> {
  try {
    await within(patience, question())
    return true
  } catch {
    return false
  }
}
