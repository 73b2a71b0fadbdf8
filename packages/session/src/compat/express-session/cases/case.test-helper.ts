import type { TestContext } from 'node:test'
import type { SessionStore } from '../../../store.ts'
import { memoryStore } from '../../../stores/memory/memory.ts'
import { type Handler, type Served, type Setting, served } from '../served.test-helper.ts'

/** One case of express-session's own suite, in our own words. */
export interface Case {
  /** Which one it is there, counted from the top of its file. */
  readonly of: number
  readonly what: string
  /** What happens instead, where the case pins what is not kept: as docs/guides/express-session.md says it. */
  readonly instead?: string
  readonly run: (t: TestContext) => unknown
}

/** A served site that ends with its test. */
export async function site(t: TestContext, setting: Setting, handler: Handler = stores): Promise<Served> {
  const site = await served(setting, handler)
  t.after(site.close)
  return site
}

/** Stores something, since visitors of whom nothing is stored have no cookie. */
export const stores: Handler = (req, res) => {
  req.session.hit = true
  res.end()
}

export const counts: Handler = (req, res) => {
  req.session.count = (req.session.count ?? 0) + 1
  res.end(`${req.session.count}`)
}

export const minute = 60_000

/** A memory store that counts: how many records it was given, and how often their values were written. */
export function watchedStore(): SessionStore & { created: number; written: number; size(): number } {
  const store = memoryStore()
  const sids = new Set<string>()
  const watched = {
    ...store,
    created: 0,
    written: 0,
    size: () => sids.size,
    async create(record: Parameters<SessionStore['create']>[0]) {
      await store.create(record)
      watched.created++
      sids.add(record.sid)
    },
    async update(sid: string, patch: Parameters<SessionStore['update']>[1]) {
      if (patch.set || patch.unset) watched.written++
      return store.update(sid, patch)
    },
    async delete(sid: string, guard?: Parameters<SessionStore['delete']>[1]) {
      const existed = await store.delete(sid, guard)
      if (existed) sids.delete(sid)
      return existed
    },
  }
  return watched
}

/** The sid in a cookie. */
export function sidOf(cookie: string): string {
  return cookie.split('=', 2)[1]?.slice(0, 20) ?? ''
}
