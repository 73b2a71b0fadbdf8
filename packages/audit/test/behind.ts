import { randomBytes } from 'node:crypto'
import { inspectLogin } from '../src/gathering/gather.ts'
import type { AuditOptions } from '../src/options/options.ts'
import type { Reply, Routes, Visit } from './serve.ts'
import { USER } from './session-site.ts'

export const inspect = (url: string, more: Partial<AuditOptions> = {}) =>
  inspectLogin({ url, ...USER, ...more }, { wait: async () => {} })

/** A site whose login is what a test wants, with one page behind it. */
export function behind(
  pages: Routes & object,
  check: (visit: Visit) => boolean,
  more: readonly string[] = [],
): Routes {
  const ids = new Set<string>()
  const accept = (visit: Visit): Reply => {
    if (!check(visit)) return { status: 401, html: 'No' }
    const id = randomBytes(16).toString('hex')
    ids.add(id)
    return { redirect: '/mine', status: 303, cookies: [`tide=${id}; Path=/; HttpOnly`, ...more] }
  }
  return (visit) => {
    const page = (pages as Record<string, (visit: Visit) => Reply>)[visit.at]
    if (page) return page(visit)
    if (visit.at.startsWith('POST ')) return accept(visit)
    if (visit.at !== 'GET /mine') return { status: 404, html: 'No such page' }
    return ids.has(visit.cookies.get('tide') ?? '') ? { html: '<h1>Mine</h1>' } : { status: 403, html: 'No' }
  }
}

export const right =
  (name: string, password: string) =>
  ({ form }: Visit) =>
    form.get(name) === USER.username && form.get(password) === USER.password
