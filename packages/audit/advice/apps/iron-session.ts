import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { getIronSession } from 'iron-session'
import { type ChangeableAccount, randomToken } from '../../twins/serve/account.ts'
import { DOMAIN } from '../../twins/serve/names.ts'
import { readForm, redirect, sendHtml } from '../../twins/serve/requests.ts'
import { type Form, shopFor, type Values } from './shop.ts'

const HALF_AN_HOUR = 30 * 60
const ONE_YEAR = 365 * 24 * 3600

interface Sealed extends Values {
  ticket?: string
}

/** The session is in the cookie; what the advice calls a login id is `ticket`, and `live` is the server's list of them. */
export function ironSessionSite(form: Form, account: ChangeableAccount): RequestListener {
  const isFollowed = form === 'followed'
  const shop = shopFor(form, account)
  const live = new Set<string>()
  const options = {
    password: randomToken(),
    ...(isFollowed
      ? { cookieName: '__Host-session', ttl: HALF_AN_HOUR }
      : {
          cookieName: 'session',
          ttl: ONE_YEAR,
          cookieOptions: { httpOnly: false, secure: false, sameSite: undefined, domain: DOMAIN },
        }),
  }

  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'https://localhost')
    if (isFollowed) response.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
    if (isFollowed && request.method === 'POST' && isForeign(request.headers)) {
      return sendHtml(response, 'Cross-site request refused', 403)
    }
    const session = await getIronSession<Sealed>(request, response, options)
    if (shop.isProtected(pathname)) {
      const isLive = form === 'plain' || live.has(session.ticket ?? '')
      if (!shop.isSignedIn(session) || !isLive) return redirect(response, '/login')
      if (isFollowed) response.setHeader('Cache-Control', 'no-store')
    }

    let isOver = false
    const answer = await shop.answer(`${request.method} ${pathname}`, {
      values: session,
      body: request.method === 'POST' ? Object.fromEntries(await readForm(request)) : {},
      csrf: () => undefined,
      rotate: () => {
        live.delete(session.ticket ?? '')
        session.destroy()
        session.ticket = randomToken()
        live.add(session.ticket)
      },
      end: () => {
        live.delete(session.ticket ?? '')
        session.destroy()
        isOver = true
      },
    })
    if (!isOver) await session.save()
    if ('to' in answer) redirect(response, answer.to)
    else sendHtml(response, 'page' in answer ? answer.page : '', answer.status)
  }
}

function isForeign(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin'
  return headers.origin !== `https://${headers.host}`
}
