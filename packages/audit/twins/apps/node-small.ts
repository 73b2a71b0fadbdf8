import type { RequestListener } from 'node:http'
import { isAccount, randomToken } from '../serve/account.ts'
import { accountPage, homePage, loginPage } from '../serve/pages.ts'
import { isFromElsewhere, readCookies, readForm, redirect, sendHtml } from '../serve/requests.ts'

export interface SmallSite {
  readonly cookie: string
  readonly attributes: string
  /** Of each answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** What the account page has besides. */
  readonly page?: Parameters<typeof accountPage>[0]
  /** A session began, and ended. */
  readonly begin?: (id: string) => void
  readonly end?: (id: string) => void
}

/** Plain node:http with a set of sessions and nothing else, logout by a button. */
export function smallSite({
  cookie,
  attributes,
  headers = {},
  page,
  begin,
  end,
}: SmallSite): RequestListener {
  const sessions = new Set<string>()
  return async (request, response) => {
    response.setHeaders(new Map(Object.entries({ 'Cache-Control': 'no-store', ...headers })))
    const id = readCookies(request).get(cookie) ?? ''
    const at = `${request.method} ${request.url?.split('?')[0]}`
    const leave = () => {
      if (sessions.delete(id)) end?.(id)
    }
    if (at === 'GET /') return sendHtml(response, homePage())
    if (at === 'GET /login') return sendHtml(response, loginPage())
    if (request.method === 'POST' && isFromElsewhere(request)) return sendHtml(response, 'No', 403)
    if (at === 'POST /login') {
      const form = await readForm(request)
      if (!isAccount(form.get('username'), form.get('password')))
        return sendHtml(response, loginPage({ error: 'Wrong name or password' }), 401)
      leave()
      const own = randomToken()
      sessions.add(own)
      begin?.(own)
      response.appendHeader('Set-Cookie', `${cookie}=${own}; ${attributes}`)
      return redirect(response, '/account')
    }
    if (at === 'GET /account')
      return sessions.has(id) ? sendHtml(response, accountPage(page)) : redirect(response, '/login')
    if (at === 'POST /logout') {
      leave()
      response.appendHeader('Set-Cookie', `${cookie}=; Max-Age=0; ${attributes}`)
      return redirect(response, '/')
    }
    sendHtml(response, 'Not found', 404)
  }
}
