import { randomBytes } from 'node:crypto'
import type { Reply, Routes, Visit } from './serve.ts'
import { USER } from './session-site.ts'

/** What a site may do differently from a sound one. Each is off unless set. */
export interface PasswordChoices {
  /** The login done while signed in: keeps the ID, opens a session beside it, is not offered, does nothing, or its page has another form. */
  readonly loginAgain?: 'keeps' | 'beside' | 'redirects' | 'ignored' | 'other-form'
  /** The page /confirm, which asks for the password: keeps the ID, or takes any password. */
  readonly confirm?: 'keeps' | 'takes-anything'
  /** The session that changes the password keeps its ID, or gets one beside it. */
  readonly ownId?: 'kept' | 'beside'
  /** The other sessions stay when the password changes. */
  readonly othersStay?: boolean
  /** A box on the form; what it does when ticked. */
  readonly box?: 'ends-others' | 'does-nothing'
  /** Everybody is signed out, the browser that changed it too. */
  readonly signsOut?: boolean
  /** A login ends the sessions there were. */
  readonly single?: boolean
  readonly remember?: 'survives-change'
  /** The form's fields, as HTML; the names it takes are `now`, `next` and `again`. */
  readonly fields?: string
  /** What the change answers before it does anything; null to go on. */
  readonly refuses?: (visit: Visit, times: number) => Reply | null
  /** Nobody may sign in with a password that was just set. */
  readonly throttles?: boolean
  /** The answer to the change leads to a page whose address has the new password in it. */
  readonly echoes?: boolean
  /** What the form's button says. */
  readonly button?: string
  /** Beside the form. */
  readonly beside?: string
}

const FIELDS = `<input type=password name=now autocomplete=current-password>
  <input type=password name=next autocomplete=new-password><input type=password name=again autocomplete=new-password>`

const OTHER_FORM =
  '<form method=post action=/gone><input name=why><input type=password name=pw><button>Go</button></form>'

export interface PasswordSite {
  readonly routes: Routes
  /** The password that works now. */
  password(): string
  /** The passwords it had after the first one. */
  readonly history: string[]
  /** The password is this one from now on. */
  take(next: string): void
}

interface Session {
  csrf: string
}

/** A site where the password can be changed, at /settings, and asked for again, at /confirm. */
export function passwordSite(choices: PasswordChoices = {}): PasswordSite {
  let password: string = USER.password
  let changes = 0
  const history: string[] = []
  const sessions = new Map<string, Session>()
  const kept = new Set<string>()
  const fresh = (): string => randomBytes(16).toString('hex')
  const setCookie = (id: string): string => `sid=${id}; Path=/; HttpOnly; SameSite=Lax`
  const start = (): string => {
    const id = fresh()
    if (choices.single) sessions.clear()
    sessions.set(id, { csrf: fresh() })
    return id
  }
  const take = (next: string): void => {
    password = next
    history.push(next)
  }
  const isIn = ({ cookies }: Visit): boolean =>
    sessions.has(cookies.get('sid') ?? '') || kept.has(cookies.get('keep') ?? '')
  const csrf = ({ cookies }: Visit): string => sessions.get(cookies.get('sid') ?? '')?.csrf ?? ''
  const token = (visit: Visit): string => `<input type=hidden name=csrf value="${csrf(visit)}">`
  const loginForm = `<form method=post action=/login><input type=email name=email>
    <input type=password name=pw>${choices.remember ? '<input type=checkbox name=remember>' : ''}<button>Sign in</button></form>`

  const login = (visit: Visit): Reply => {
    const old = visit.cookies.get('sid') ?? ''
    const again = sessions.has(old)
    if (again && choices.loginAgain === 'ignored') return { redirect: '/account' }
    if (visit.form.get('email') !== USER.username || visit.form.get('pw') !== password) {
      return { status: 401, html: `Wrong ${loginForm}` }
    }
    if (choices.throttles && password !== USER.password) return { status: 429, html: 'Too many' }
    if (again && choices.loginAgain === 'keeps') return { redirect: '/account' }
    if (again && choices.loginAgain !== 'beside') sessions.delete(old)
    const cookies = [setCookie(start())]
    if (visit.form.has('remember')) {
      const secret = fresh()
      kept.add(secret)
      cookies.push(`keep=${secret}; Path=/; HttpOnly; Max-Age=1209600`)
    }
    return { redirect: '/account', cookies }
  }

  const confirm = (visit: Visit): Reply => {
    if (choices.confirm !== 'takes-anything' && visit.form.get('word') !== password) {
      return { status: 401, html: `Wrong ${confirmForm(visit)}` }
    }
    if (choices.confirm !== undefined) return { redirect: '/account' }
    sessions.delete(visit.cookies.get('sid') ?? '')
    return { redirect: '/account', cookies: [setCookie(start())] }
  }
  const confirmForm = (visit: Visit): string =>
    `<form method=post action=/account/delete><input type=password name=word><button>Delete my account</button></form>
     <form method=post action=/confirm>${token(visit)}<input type=password name=word><button>Continue</button></form>`

  const change = (visit: Visit): Reply => {
    const { form, cookies } = visit
    changes += 1
    const refused = choices.refuses?.(visit, changes)
    if (refused) return refused
    const next = form.get('next') ?? ''
    if (form.get('csrf') !== csrf(visit) || form.get('now') !== password) return { status: 403, html: 'No' }
    if (next.length < 10 || next !== form.get('again')) return { status: 422, html: 'Not like that' }
    take(next)
    const own = cookies.get('sid') ?? ''
    const stay = choices.othersStay && !(choices.box === 'ends-others' && form.has('sign_out_others'))
    const ended = [...sessions.keys()].filter((id) => (stay ? id === own : true))
    for (const id of ended) if (id !== own || choices.ownId === undefined) sessions.delete(id)
    if (!stay && !choices.remember) kept.clear()
    if (choices.signsOut) return { redirect: '/login', cookies: ['sid=; Path=/; Max-Age=0'] }
    const to = choices.echoes ? `/changed/${next}` : '/account'
    return choices.ownId === 'kept' ? { redirect: to } : { redirect: to, cookies: [setCookie(start())] }
  }
  const settings = (visit: Visit): Reply => {
    const box = choices.box
      ? '<label><input type=checkbox name=sign_out_others value=1> Sign out everywhere else</label>'
      : ''
    return {
      html: `<h1>Settings</h1><form method=post action=/settings>${token(visit)}${choices.fields ?? FIELDS}
        ${box}<button>${choices.button ?? 'Change password'}</button></form>${choices.beside ?? ''}`,
    }
  }

  const users: Record<string, (visit: Visit) => Reply> = {
    'GET /account': (visit) => ({
      html: `<h1>Account</h1><p>${USER.username}</p><a href=/settings>Settings</a>
        <form method=post action=/logout>${token(visit)}<button>Log out</button></form>`,
    }),
    'GET /settings': settings,
    'POST /settings': change,
    'GET /confirm': (visit) => ({ html: confirmForm(visit) }),
    'POST /confirm': confirm,
    'POST /logout': ({ cookies }) => {
      sessions.delete(cookies.get('sid') ?? '')
      kept.delete(cookies.get('keep') ?? '')
      return { redirect: '/', cookies: ['sid=; Path=/; Max-Age=0', 'keep=; Path=/; Max-Age=0'] }
    },
  }
  const routes: Routes = (visit) => {
    if (visit.at === 'GET /') return { html: '<a href="/login">Sign in</a>' }
    if (visit.at === 'GET /login') {
      if (isIn(visit) && choices.loginAgain === 'redirects') return { redirect: '/account' }
      if (isIn(visit) && choices.loginAgain === 'other-form') return { html: OTHER_FORM }
      return { html: loginForm }
    }
    if (visit.at === 'POST /login') return login(visit)
    const route = users[visit.at]
    if (route === undefined) return { status: 404, html: 'Not found' }
    return isIn(visit) ? route(visit) : { redirect: '/login' }
  }
  return { routes, password: () => password, history, take }
}
