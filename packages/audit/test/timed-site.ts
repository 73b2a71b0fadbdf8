import { randomBytes } from 'node:crypto'
import type { Clockwork } from '../src/gathering/gather.ts'
import type { Routes } from './serve.ts'
import { USER } from './session-site.ts'

/** Seconds; null for never. */
export interface Times {
  readonly idle: number | null
  readonly absolute: number | null
  /** Sessions that a user may have; one more ends the oldest. */
  readonly limit?: number
  /** How long browsers are to keep the cookie. */
  readonly maxAge?: number
}

interface Session {
  readonly begun: number
  used: number
}

/** A site that ends sessions by this clock. `restart` ends them all. */
export function timedSite(clock: Pick<Clockwork, 'now'>, times: Times): { routes: Routes; restart(): void } {
  const sessions = new Map<string, Session>()
  const isOver = (seconds: number | null, since: number) =>
    seconds !== null && clock.now() - since > seconds * 1000
  const open = (id: string): boolean => {
    const session = sessions.get(id)
    if (session === undefined) return false
    if (isOver(times.idle, session.used) || isOver(times.absolute, session.begun)) return !sessions.delete(id)
    session.used = clock.now()
    return true
  }
  const age = times.maxAge === undefined ? '' : `; Max-Age=${times.maxAge}`
  const headers = { 'cache-control': 'no-store' }
  const routes: Routes = (visit) => {
    const id = visit.cookies.get('mooring') ?? ''
    if (visit.at === 'GET /') {
      return {
        html: '<form method=post action=/in><input name=u><input type=password name=p><button>Log in</button></form>',
      }
    }
    if (visit.at === 'POST /in') {
      if (visit.form.get('p') !== USER.password) return { redirect: '/' }
      const made = randomBytes(20).toString('hex')
      sessions.set(made, { begun: clock.now(), used: clock.now() })
      for (const old of [...sessions.keys()].slice(0, -(times.limit ?? Number.POSITIVE_INFINITY)))
        sessions.delete(old)
      return { redirect: '/quay', cookies: [`mooring=${made}; Path=/; HttpOnly; SameSite=Lax${age}`] }
    }
    if (visit.at === 'GET /quay') {
      const html = '<h1>My quay</h1><form method=post action=/out><button>Log out</button></form>'
      return open(id) ? { html, headers } : { redirect: '/' }
    }
    if (visit.at !== 'POST /out') return { status: 404, html: 'No such page' }
    sessions.delete(id)
    return { redirect: '/', cookies: ['mooring=; Path=/; Max-Age=0'] }
  }
  return { routes, restart: () => sessions.clear() }
}
