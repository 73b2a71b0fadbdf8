import { randomBytes } from 'node:crypto'
import type { Routes } from './serve.ts'
import { USER } from './session-site.ts'

/**
 * A site that gives every visitor a session and keeps only so many of one address, as small servers do: whoever comes then
 * pushes the oldest out, users too.
 */
export function cappedSite({ cap, isVulnerable }: { cap: number; isVulnerable: boolean }): Routes {
  const live = new Map<string, boolean>()
  const begin = (signedIn: boolean): string => {
    const id = randomBytes(20).toString('hex')
    live.set(id, signedIn)
    const [oldest = ''] = live.keys()
    if (live.size > cap) live.delete(oldest)
    return `berth=${id}; Path=/; HttpOnly; SameSite=Lax`
  }
  const headers = { 'cache-control': 'no-store' }
  return (visit) => {
    const id = visit.cookies.get('berth') ?? ''
    const cookies = live.has(id) ? [] : [begin(false)]
    const isUser = live.get(id) === true
    if (visit.at === 'GET /') {
      const form =
        '<form method=post action=/in><input name=u><input type=password name=p><button>Log in</button></form>'
      return { html: isUser ? '<h1>Hello</h1><a href=/quay>My quay</a>' : form, cookies, headers }
    }
    if (visit.at === 'POST /in') {
      if (visit.headers['sec-fetch-site'] === 'cross-site') return { status: 403, html: 'No', cookies }
      if (visit.form.get('p') !== USER.password) return { redirect: '/', cookies }
      if (!isVulnerable) live.delete(id)
      return { redirect: '/quay', cookies: [begin(true)] }
    }
    if (visit.at === 'GET /quay') {
      const page = '<h1>My quay</h1><form method=post action=/out><button>Log out</button></form>'
      return isUser ? { html: page, headers } : { redirect: '/', cookies }
    }
    if (visit.at !== 'POST /out') return { status: 404, html: 'No such page', cookies }
    if (!isVulnerable) live.delete(id)
    return { redirect: '/', cookies: ['berth=; Path=/; Max-Age=0'] }
  }
}
