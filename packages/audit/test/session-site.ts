import { randomBytes } from 'node:crypto'
import type { Reply, Routes, Visit } from './serve.ts'

export const USER = { username: 'alice@example.com', password: 'Correct-Horse-7' } as const

interface Session {
  user: string | null
  csrf: string
}

/** What a site may do differently from a sound one. Each is off unless set. */
export interface Choices {
  /** The login keeps the visitor's ID. */
  readonly keepsId?: boolean
  /** The login issues a new ID and leaves the old one signed in as well. */
  readonly leavesOldId?: boolean
  /** An unknown ID is taken on as it is. */
  readonly adopts?: boolean
  /** The logout only clears the cookie. */
  readonly logoutForgets?: boolean
  /** Nobody gets a cookie before the login. */
  readonly lazy?: boolean
  /** How IDs are made. */
  readonly makeId?: () => string
  /** The ID is also taken from `?sid=`. */
  readonly idInUrl?: boolean
  /** Links on the account page, beside the usual ones. */
  readonly links?: string
  /** The account page is shown to all, with the user's name for users. */
  readonly greets?: boolean
  /** Every answer sends the same cookie again. */
  readonly rolling?: boolean
  /** Every answer replaces the ID; the one before is dead. */
  readonly oneTime?: boolean
  readonly account?: (session: Session) => Reply
  readonly attributes?: string
}

/** A site with sessions on the server, a CSRF token in each form, and an account page behind a redirect. */
export function sessionSite(choices: Choices = {}): Routes {
  const sessions = new Map<string, Session>()
  const makeId = choices.makeId ?? (() => randomBytes(24).toString('base64url'))
  const cookie = (id: string) => `sid=${id}; ${choices.attributes ?? 'Path=/; HttpOnly; SameSite=Lax'}`

  const open = (visit: Visit): { id: string; session: Session; cookies: string[] } | null => {
    const id = visit.cookies.get('sid') ?? (choices.idInUrl ? visit.query.get('sid') : null)
    const session = id ? sessions.get(id) : undefined
    if (id && session && choices.oneTime) {
      const next = makeId()
      sessions.delete(id)
      sessions.set(next, session)
      return { id: next, session, cookies: [cookie(next)] }
    }
    if (id && session) return { id, session, cookies: choices.rolling ? [cookie(id)] : [] }
    return null
  }
  const start = (visit: Visit): { id: string; session: Session; cookies: string[] } => {
    const sent = visit.cookies.get('sid')
    const id = choices.adopts && sent ? sent : makeId()
    const session = { user: null, csrf: randomBytes(12).toString('hex') }
    sessions.set(id, session)
    return { id, session, cookies: choices.adopts && sent && !choices.rolling ? [] : [cookie(id)] }
  }

  const login = (visit: Visit): Reply => {
    const before = choices.lazy ? null : open(visit)
    if (!choices.lazy && visit.form.get('csrf') !== before?.session.csrf)
      return { status: 403, html: 'Forged' }
    if (visit.form.get('email') !== USER.username || visit.form.get('pw') !== USER.password) {
      return { status: 401, html: `<p role=alert>Wrong</p>${loginForm(before?.session.csrf)}` }
    }
    if (choices.keepsId && before) {
      before.session.user = USER.username
      return { redirect: '/account', cookies: before.cookies }
    }
    if (choices.leavesOldId && before) before.session.user = USER.username
    else if (before) sessions.delete(before.id)
    const id = choices.adopts && choices.keepsId ? (visit.cookies.get('sid') ?? makeId()) : makeId()
    sessions.set(id, { user: USER.username, csrf: randomBytes(12).toString('hex') })
    return { redirect: '/account', cookies: [cookie(id)] }
  }

  return {
    'GET /': () => ({ html: '<h1>Shop</h1><a href="/login">Sign in</a>' }),
    'GET /login': (visit) => {
      if (choices.lazy) return { html: loginForm() }
      const { session, cookies } = open(visit) ?? start(visit)
      return { html: loginForm(session.csrf), cookies }
    },
    'POST /login': login,
    'GET /account': (visit) => {
      const opened = open(visit)
      if (!opened?.session.user) return choices.greets ? { html: '<h1>Welcome</h1>' } : { redirect: '/login' }
      const reply = choices.account?.(opened.session) ?? {
        html: accountPage(opened.session) + (choices.links ?? ''),
      }
      return { ...reply, cookies: opened.cookies }
    },
    'POST /logout': (visit) => {
      const opened = open(visit)
      if (!opened || visit.form.get('csrf') !== opened.session.csrf) return { status: 403, html: 'Forged' }
      if (!choices.logoutForgets) sessions.delete(opened.id)
      return { redirect: '/', cookies: [`sid=; Path=/; Max-Age=0`] }
    },
    'GET /account/delete': () => ({ html: 'deleted' }),
  }
}

export function loginForm(csrf?: string): string {
  const token = csrf === undefined ? '' : `<input type=hidden name=csrf value="${csrf}">`
  return `<form action="login" method="post">${token}
    <input type=email name=email><input type=password name=pw><button>Sign in</button></form>`
}

export function accountPage({ csrf }: { csrf: string }): string {
  return `<h1>Your account</h1><p>${USER.username}</p><a href="/account/delete">Delete account</a>
    <form action="/logout" method="post"><input type=hidden name=csrf value="${csrf}"><button>Log out</button></form>`
}
