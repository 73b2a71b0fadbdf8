import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type ChangeableAccount, changeableAccount, randomToken } from '../serve/account.ts'
import { accountPage, homePage, loginPage, securityPage } from '../serve/pages.ts'
import { isFromElsewhere, readCookies, readForm, redirect, sendHtml } from '../serve/requests.ts'

export interface RememberSite {
  /**
   * `logout`: signing out ends the session and forgets the remember-me token in the browser only.
   * `password-change-sessions`: a new password ends the sessions and leaves the remember-me tokens.
   */
  readonly fault: 'logout' | 'password-change-sessions' | null
  readonly account?: ChangeableAccount
}

const TWO_WEEKS = 14 * 24 * 3600
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax'

/** Plain node:http with a remember-me cookie beside the session: either one is enough to be signed in. */
export function rememberSite(site: RememberSite): RequestListener {
  const account = site.account ?? changeableAccount()
  const sessions = new Set<string>()
  const remembered = new Set<string>()

  const signedIn = (request: IncomingMessage, response: ServerResponse): boolean => {
    const cookies = readCookies(request)
    if (sessions.has(cookies.get('moor') ?? '')) return true
    if (!remembered.has(cookies.get('stay') ?? '')) return false
    startSession(response)
    return true
  }
  const startSession = (response: ServerResponse) => {
    const id = randomToken()
    sessions.add(id)
    response.appendHeader('Set-Cookie', `moor=${id}; ${ATTRIBUTES}`)
  }
  const login = async (request: IncomingMessage, response: ServerResponse) => {
    if (isFromElsewhere(request)) return sendHtml(response, 'Sign in on our own page', 403)
    const form = await readForm(request)
    if (!account.is(form.get('username'), form.get('password'))) {
      return sendHtml(response, loginPage({ remember: true, error: 'Wrong name or password' }), 401)
    }
    // A browser that was signed in does not keep two sessions.
    sessions.delete(readCookies(request).get('moor') ?? '')
    startSession(response)
    if (form.has('remember')) {
      const token = randomToken()
      remembered.add(token)
      response.appendHeader('Set-Cookie', `stay=${token}; Max-Age=${TWO_WEEKS}; ${ATTRIBUTES}`)
    }
    redirect(response, '/account')
  }
  const logout = (request: IncomingMessage, response: ServerResponse) => {
    const cookies = readCookies(request)
    sessions.delete(cookies.get('moor') ?? '')
    if (site.fault !== 'logout') remembered.delete(cookies.get('stay') ?? '')
    for (const name of ['moor', 'stay']) {
      response.appendHeader('Set-Cookie', `${name}=; Max-Age=0; ${ATTRIBUTES}`)
    }
    redirect(response, '/')
  }
  const changePassword = async (request: IncomingMessage, response: ServerResponse) => {
    const form = await readForm(request)
    const fresh = form.get('fresh')
    if (fresh !== form.get('again') || !account.change(form.get('current'), fresh)) {
      return sendHtml(response, securityPage({ error: 'That did not work' }), 422)
    }
    sessions.clear()
    if (site.fault !== 'password-change-sessions') remembered.clear()
    startSession(response)
    redirect(response, '/account')
  }

  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    const at = `${request.method} ${request.url?.split('?')[0]}`
    if (at === 'GET /') sendHtml(response, homePage())
    else if (at === 'GET /login') sendHtml(response, loginPage({ remember: true }))
    else if (at === 'POST /login') await login(request, response)
    else if (at === 'POST /logout') logout(request, response)
    else if (!/^(?:GET|POST) \/account(?:\/security)?$/.test(at)) sendHtml(response, 'Not found', 404)
    else if (!signedIn(request, response)) redirect(response, '/login')
    else if (at === 'POST /account/security') await changePassword(request, response)
    else if (at === 'GET /account/security') sendHtml(response, securityPage())
    else sendHtml(response, accountPage({ settings: true }))
  }
}
