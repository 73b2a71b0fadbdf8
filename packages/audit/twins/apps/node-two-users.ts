import type { RequestListener } from 'node:http'
import { ACCOUNT, passwordsGiven, randomToken } from '../serve/account.ts'
import { isFromElsewhere, readCookies, readForm, redirect, sendHtml } from '../serve/requests.ts'

export interface TwoUsersSite {
  /**
   * `session-puzzling`: the name that somebody forgot the password of is kept where the user's is.
   * `address`: a user's orders are shown to whoever is signed in. `cookie`: a cookie beside the session says who it is.
   */
  readonly fault: 'session-puzzling' | 'address' | 'cookie' | null
}

/** The other user; the password is new in each run. */
export const SECOND = { username: 'grace', password: `harbour-${randomToken()}` } as const
passwordsGiven.add(SECOND.password)

const PEOPLE: Readonly<
  Record<string, { readonly name: string; readonly orders: string; readonly password: string }>
> = {
  ada: { name: 'Ada Lovelace', orders: 'Sketch of the engine, bound in leather', password: ACCOUNT.password },
  grace: { name: 'Grace Hopper', orders: 'Compilers for the navy', password: SECOND.password },
}

interface Session {
  user?: string
  forgot?: string
}

const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax'
const shown = (body: string) => `<!doctype html><html lang="en"><title>Tidewater Books</title>${body}</html>`
const form = (action: string, fields: string, button: string) =>
  `<form action="${action}" method="post">${fields}<button>${button}</button></form>`

/** Plain node:http with two users, each with orders at an address of their own, and a page for a forgotten password. */
export function twoUsersSite({ fault }: TwoUsersSite): RequestListener {
  const sessions = new Map<string, Session>()

  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    const cookies = readCookies(request)
    const session = sessions.get(cookies.get('moor') ?? '') ?? {}
    const start = (next: Session) => {
      const id = randomToken()
      sessions.delete(cookies.get('moor') ?? '')
      sessions.set(id, next)
      response.appendHeader('Set-Cookie', `moor=${id}; ${ATTRIBUTES}`)
      if (next.user) response.appendHeader('Set-Cookie', `customer=${next.user}; ${ATTRIBUTES}`)
    }
    const claimed = fault === 'cookie' && session.user ? cookies.get('customer') : undefined
    const user = claimed ?? session.user ?? ''
    const person = PEOPLE[user]
    const at = `${request.method} ${request.url?.split('?')[0]}`
    if (at === 'GET /') return sendHtml(response, shown('<a href="/login">Sign in</a>'))
    if (at === 'GET /login') {
      const fields = '<input name="user" autocomplete="username"><input type="password" name="pass">'
      const forgot = '<a href="/forgotten">Forgotten your password?</a>'
      return sendHtml(response, shown(`${form('/login', fields, 'Sign in')}${forgot}`))
    }
    if (at === 'GET /forgotten') {
      return sendHtml(response, shown(form('/forgotten', '<input name="user">', 'Send a link')))
    }
    if (request.method === 'POST' && isFromElsewhere(request)) return sendHtml(response, 'No', 403)
    if (at === 'POST /forgotten') {
      const name = (await readForm(request)).get('user') ?? ''
      start(fault === 'session-puzzling' ? { user: name } : { forgot: name })
      return sendHtml(response, shown('<p>We have sent you a link.</p>'))
    }
    if (at === 'POST /login') {
      const given = await readForm(request)
      const name = given.get('user') ?? ''
      if (PEOPLE[name] === undefined || PEOPLE[name].password !== given.get('pass')) {
        return sendHtml(response, 'Wrong name or password', 401)
      }
      start({ user: name })
      return redirect(response, '/account')
    }
    if (person === undefined) return redirect(response, '/login')
    if (at === 'POST /logout') {
      sessions.delete(cookies.get('moor') ?? '')
      for (const name of ['moor', 'customer']) {
        response.appendHeader('Set-Cookie', `${name}=; Max-Age=0; ${ATTRIBUTES}`)
      }
      return redirect(response, '/')
    }
    if (at === 'GET /account') {
      const orders = `<a href="/people/${user}/orders">Orders</a>`
      return sendHtml(response, shown(`<h1>${person.name}</h1>${orders}${form('/logout', '', 'Sign out')}`))
    }
    const [, whose = ''] = /^GET \/people\/(\w+)\/orders$/.exec(at) ?? []
    const owner = PEOPLE[whose]
    if (owner === undefined || (fault !== 'address' && whose !== user))
      return sendHtml(response, 'Not found', 404)
    return sendHtml(response, shown(`<h1>Orders</h1><p>${owner.name}: ${owner.orders}</p>`))
  }
}
