import { randomBytes } from 'node:crypto'
import type { ReversibleAction } from '../src/options/action.ts'
import type { Reply, Visit } from './serve.ts'
import { USER } from './session-site.ts'

/** What a site with one thing to change may do differently from a sound one. */
export interface ActionChoices {
  /** Of the session cookie. Default SameSite=None: every request carries it. */
  readonly attributes?: string
  /** Who may change it; by default whoever has a session and the form's token. */
  readonly allows?: (visit: Visit, session: Session | undefined) => boolean
  /** The fields, as the site reads them from a request. Default: a form's. */
  readonly reads?: (visit: Visit) => string | null
  /** Called before each answer; an answer of its own goes first. */
  readonly before?: (visit: Visit) => Reply | null
  /** More of the form on the account page. */
  readonly hidden?: (session: Session) => string
  /** The token's hidden field. */
  readonly token?: (session: Session) => string
  /** How the form is encoded. */
  readonly enctype?: string
  /** What the login sets beside the session. */
  readonly alsoSets?: (session: Session) => string
  /** A request of another site ends the session that it came with. */
  readonly jumpy?: boolean
  /** Every login ends the user's other sessions. */
  readonly single?: boolean
}

export interface Session {
  readonly id: string
  readonly csrf: string
}

export interface ActionSite {
  readonly routes: (visit: Visit) => Reply
  readonly value: () => string
  /** Every request that would change it, with what came along. */
  readonly asked: readonly Visit[]
  set(value: string): void
}

export const anyone = () => true

/** A shop whose users have a nickname, which `/nickname` changes. */
export function actionSite(choices: ActionChoices = {}): ActionSite {
  const sessions = new Map<string, Session>()
  const asked: Visit[] = []
  let nickname = 'Ada'
  const allows = choices.allows ?? ((visit, session) => visit.form.get('csrf') === session?.csrf)
  const reads = choices.reads ?? (({ form }) => form.get('nickname'))
  const attributes = choices.attributes ?? 'Path=/; Secure; SameSite=None'

  const routes = (visit: Visit): Reply => {
    const own = choices.before?.(visit)
    if (own) return own
    const session = sessions.get(visit.cookies.get('sid') ?? '')
    const path = visit.at.split(' ')[1]
    if (visit.at === 'GET /')
      return { html: '<form method=post action=/in><input name=u><input type=password name=p></form>' }
    if (visit.at === 'POST /in') {
      const { username, password } = USER
      if (visit.form.get('u') !== username || visit.form.get('p') !== password)
        return { status: 401, html: 'Wrong' }
      if (choices.single) sessions.clear()
      const made = { id: randomBytes(16).toString('hex'), csrf: randomBytes(12).toString('hex') }
      sessions.set(made.id, made)
      const also = choices.alsoSets ? [choices.alsoSets(made)] : []
      return { redirect: '/mine', cookies: [`sid=${made.id}; HttpOnly; ${attributes}`, ...also] }
    }
    if (path === '/nickname') {
      asked.push(visit)
      const value = reads(visit)
      if (choices.jumpy && session && visit.headers['sec-fetch-site'] === 'cross-site')
        sessions.delete(session.id)
      if (!allows(visit, session)) return { status: 403, html: 'No' }
      if (!session || value === null) return { status: 400, html: 'What?' }
      nickname = value
      return { redirect: '/mine', status: 303 }
    }
    if (visit.at === 'GET /api/mine') {
      return session ? { json: { user: USER.username, profile: { nickname } } } : { status: 401, json: {} }
    }
    if (visit.at === 'GET /people/ada') return { html: `<p>Nickname: ${nickname}.</p>` }
    if (visit.at !== 'GET /mine') return { status: 404, html: 'No such page' }
    if (!session) return { redirect: '/' }
    const token = choices.token ?? (({ csrf }) => `<input type=hidden name=csrf value="${csrf}">`)
    return {
      html: `<h1>Mine</h1><p>${USER.username}</p><p>Nickname: ${nickname}.</p>
        <form method=post action=/nickname enctype="${choices.enctype ?? ''}">${token(session)}
        ${choices.hidden?.(session) ?? ''}<input name=nickname value="${nickname}"><button>Save</button></form>
        <form method=post action=/out><button>Log out</button></form>`,
    }
  }
  return {
    routes,
    asked,
    value: () => nickname,
    set: (value) => {
      nickname = value
    },
  }
}

export const nicknameAction: ReversibleAction = {
  url: '/nickname',
  change: { nickname: 'Grace' },
  undo: { nickname: 'Ada' },
  readUrl: '/mine',
  find: 'field:nickname',
}
