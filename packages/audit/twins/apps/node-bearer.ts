import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { ACCOUNT, isAccount, randomToken } from '../serve/account.ts'
import { homePage } from '../serve/pages.ts'
import { sendHtml } from '../serve/requests.ts'

export interface BearerSite {
  /** `logout`: the script throws its token away, and the server keeps honouring it. */
  readonly fault: 'logout' | null
}

/** Plain node:http for a single-page app: JSON in and out, the session is a bearer token and no cookie at all. */
export function bearerSite(site: BearerSite): RequestListener {
  const sessions = new Set<string>()
  const keyOf = (token: string) => createHash('sha256').update(token).digest('hex')

  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    const presented = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const send = (status: number, answer: unknown) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
    }
    const at = `${request.method} ${request.url}`
    if (at === 'GET /') sendHtml(response, homePage())
    else if (at === 'POST /api/login') {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const { username, password } = JSON.parse(body || '{}')
      if (!isAccount(username, password)) return send(401, { error: 'Wrong name or password' })
      const token = randomToken()
      sessions.add(keyOf(token))
      send(200, { token })
    } else if (!sessions.has(keyOf(presented))) send(401, { error: 'Sign in first' })
    else if (at === 'GET /api/me') send(200, { user: ACCOUNT.username, name: ACCOUNT.name })
    else if (at === 'POST /api/logout') {
      if (site.fault !== 'logout') sessions.delete(keyOf(presented))
      send(200, { ok: true })
    } else send(404, { error: 'Not found' })
  }
}
