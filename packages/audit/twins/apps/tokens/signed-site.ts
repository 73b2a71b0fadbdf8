import type { IncomingMessage, RequestListener } from 'node:http'
import { ACCOUNT, isAccount, randomToken } from '../../serve/account.ts'
import { accountPage, homePage, loginPage } from '../../serve/pages.ts'
import { isFromElsewhere, readCookies, readForm, redirect, sendHtml } from '../../serve/requests.ts'
import { type SignedFormat, signers } from './signed-formats.ts'

export interface SignedSite {
  readonly format: SignedFormat
  /** `cookie-secret`: the secret is one from the framework's documentation. */
  readonly fault: 'cookie-secret' | null
}

const COOKIE = 'harbour'

/**
 * Plain node:http with its whole session in one cookie, as a framework of another language writes it. The logout ends a
 * ticket that is in the session.
 */
export function signedSite({ format, fault }: SignedSite): RequestListener {
  const { sign, open, documented, random } = signers[format]
  const secret = fault === null ? random() : documented
  const live = new Set<string>()

  const sessionOf = (request: IncomingMessage): { user: string; ticket: string } | null => {
    const value = readCookies(request).get(COOKIE)
    const data = value === undefined ? null : open(decodeURIComponent(value), secret)
    const session = data === null ? null : JSON.parse(data)
    return session !== null && live.has(session.ticket) ? session : null
  }

  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    const at = `${request.method} ${request.url?.split('?')[0]}`
    const session = sessionOf(request)
    if (at === 'GET /') sendHtml(response, homePage())
    else if (at === 'GET /login') sendHtml(response, loginPage())
    else if (at === 'POST /login') {
      if (isFromElsewhere(request)) return sendHtml(response, 'Sign in on our own page', 403)
      const form = await readForm(request)
      if (!isAccount(form.get('username'), form.get('password'))) {
        return sendHtml(response, loginPage({ error: 'Wrong name or password' }), 401)
      }
      live.delete(session?.ticket ?? '')
      const ticket = randomToken()
      live.add(ticket)
      const value = encodeURIComponent(sign(JSON.stringify({ user: ACCOUNT.username, ticket }), secret))
      response.setHeader('Set-Cookie', `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Lax`)
      redirect(response, '/account')
    } else if (at === 'GET /account' && session !== null) sendHtml(response, accountPage())
    else if (at === 'GET /account') redirect(response, '/login')
    else if (at === 'POST /logout') {
      live.delete(session?.ticket ?? '')
      response.setHeader('Set-Cookie', `${COOKIE}=; Path=/; Max-Age=0`)
      redirect(response, '/')
    } else sendHtml(response, 'Not found', 404)
  }
}
