import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isAccount, randomToken, sameText } from '../serve/account.ts'
import { accountPage, homePage, loginPage } from '../serve/pages.ts'
import { readCookies, readForm, redirect, sendHtml } from '../serve/requests.ts'

/**
 * Plain node:http with a double-submit cookie. Scripts must be able to read it, it is there before the login,
 * keeps its value through it and outlives the logout. It carries no session, so none of that is a fault.
 */
export function doubleSubmitSite(): RequestListener {
  const sessions = new Set<string>()

  const token = (request: IncomingMessage, response: ServerResponse): string => {
    const known = readCookies(request).get('XSRF-TOKEN')
    const csrf = known ?? randomToken()
    if (!known)
      response.appendHeader('Set-Cookie', `XSRF-TOKEN=${csrf}; Path=/; Max-Age=31536000; SameSite=Lax`)
    return csrf
  }
  const post = async (request: IncomingMessage, response: ServerResponse) => {
    const form = await readForm(request)
    const sent = form.get('_csrf') ?? request.headers['x-xsrf-token']
    if (!sameText(sent, readCookies(request).get('XSRF-TOKEN'))) {
      return sendHtml(response, 'The form has expired', 403)
    }
    if (request.url === '/logout') {
      sessions.delete(readCookies(request).get('moor') ?? '')
      response.appendHeader('Set-Cookie', 'moor=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax')
      return redirect(response, '/')
    }
    if (!isAccount(form.get('username'), form.get('password'))) {
      const page = loginPage({ csrf: token(request, response), error: 'Wrong name or password' })
      return sendHtml(response, page, 401)
    }
    const id = randomToken()
    sessions.delete(readCookies(request).get('moor') ?? '')
    sessions.add(id)
    response.appendHeader('Set-Cookie', `moor=${id}; Path=/; HttpOnly; SameSite=Lax`)
    redirect(response, '/account')
  }

  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    const path = request.url?.split('?')[0]
    if (request.method === 'POST' && (path === '/login' || path === '/logout')) return post(request, response)
    const csrf = token(request, response)
    const signedIn = sessions.has(readCookies(request).get('moor') ?? '')
    if (path === '/') sendHtml(response, homePage())
    else if (path === '/login') sendHtml(response, loginPage({ csrf }))
    else if (path !== '/account') sendHtml(response, 'Not found', 404)
    else if (signedIn) sendHtml(response, accountPage({ csrf }))
    else redirect(response, '/login')
  }
}
