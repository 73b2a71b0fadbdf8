import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { getIronSession, type IronSession } from 'iron-session'
import { isAccount, randomToken, sameText } from '../serve/account.ts'
import { accountPage, homePage, loginPage } from '../serve/pages.ts'
import { readForm, redirect, sendHtml } from '../serve/requests.ts'

export type IronFault = 'logout' | 'cookie-samesite' | 'cookie-httponly' | 'cookie-lifetime' | 'cookie-secret'

export interface IronSite {
  readonly fault: IronFault | null
  readonly https?: boolean
}

interface Sealed {
  user?: string
  csrf?: string
  ticket?: string
}

const HALF_AN_HOUR = 30 * 60
const ONE_YEAR = 365 * 24 * 3600

/**
 * node:http with iron-session: sealed data in the cookie, sealed anew with each page, so that its value
 * never stays the same. The hardened site asks a list of live sign-ins, without which no seal can be revoked.
 */
export function ironSite(site: IronSite): RequestListener {
  const live = new Set<string>()
  const options = {
    password: site.fault === 'cookie-secret' ? 'complex_password_at_least_32_characters_long' : randomToken(),
    cookieName: site.https ? '__Host-seal' : 'seal',
    ttl: site.fault === 'cookie-lifetime' ? ONE_YEAR : HALF_AN_HOUR,
    cookieOptions: {
      path: '/',
      httpOnly: site.fault !== 'cookie-httponly',
      secure: site.https === true,
      sameSite: site.fault === 'cookie-samesite' ? undefined : ('strict' as const),
    },
  }

  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    if (site.https) response.setHeader('Strict-Transport-Security', 'max-age=63072000')
    const session = await getIronSession<Sealed>(request, response, options)
    const at = `${request.method} ${request.url?.split('?')[0]}`
    if (at === 'GET /') sendHtml(response, homePage())
    else if (at === 'GET /login') await loginForm(session, response)
    else if (at === 'POST /login') await login(request, response, session, live)
    else if (at === 'GET /account') await account(session, response, site, live)
    else if (at === 'POST /logout') await logout(request, response, session, live)
    else sendHtml(response, 'Not found', 404)
  }
}

async function loginForm(session: IronSession<Sealed>, response: ServerResponse): Promise<void> {
  session.csrf ??= randomToken()
  await session.save()
  sendHtml(response, loginPage({ csrf: session.csrf }))
}

async function login(
  request: IncomingMessage,
  response: ServerResponse,
  session: IronSession<Sealed>,
  live: Set<string>,
): Promise<void> {
  const form = await readForm(request)
  if (!sameText(form.get('_csrf'), session.csrf)) return sendHtml(response, 'The form has expired', 403)
  if (!isAccount(form.get('username'), form.get('password'))) {
    return sendHtml(response, loginPage({ csrf: session.csrf ?? '', error: 'Wrong name or password' }), 401)
  }
  live.delete(session.ticket ?? '')
  session.user = 'ada'
  session.ticket = randomToken()
  session.csrf = randomToken()
  live.add(session.ticket)
  await session.save()
  redirect(response, '/account')
}

async function account(
  session: IronSession<Sealed>,
  response: ServerResponse,
  site: IronSite,
  live: Set<string>,
): Promise<void> {
  const known = site.fault === 'logout' || live.has(session.ticket ?? '')
  if (!session.user || !known) return redirect(response, '/login')
  await session.save()
  sendHtml(response, accountPage({ csrf: session.csrf ?? '' }))
}

async function logout(
  request: IncomingMessage,
  response: ServerResponse,
  session: IronSession<Sealed>,
  live: Set<string>,
): Promise<void> {
  const form = await readForm(request)
  if (!sameText(form.get('_csrf'), session.csrf)) return sendHtml(response, 'The form has expired', 403)
  live.delete(session.ticket ?? '')
  session.destroy()
  redirect(response, '/')
}
