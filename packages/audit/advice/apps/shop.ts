import { type ChangeableAccount, randomToken } from '../../twins/serve/account.ts'
import { accountPage, homePage, loginPage, securityPage } from '../../twins/serve/pages.ts'

/** How a site is written: with nothing of the advice, with an ID replaced at the first login only, or with all of it. */
export type Form = 'plain' | 'kept' | 'followed'

/** What the site keeps in a session. */
export interface Values {
  user?: string | undefined
  generation?: number | undefined
  seen?: string | undefined
}

/** What a request is to the framework that it came in by. */
export interface Visit {
  /** The session's values, to be read and written; those of the new session after {@link rotate}. */
  readonly values: Values
  readonly body: Readonly<Record<string, unknown>>
  /** For the hidden field `_csrf`, where the framework's guard wants one. */
  csrf(): string | undefined
  /** As the advice says that a session gets another ID. */
  rotate(): void | Promise<void>
  /** As the advice says that a session ends. */
  end(): void | Promise<void>
}

export type Answer =
  | { readonly page: string; readonly status?: number }
  | { readonly to: string }
  | { readonly status: number }

export interface Shop {
  /** Methods and paths. */
  readonly routes: readonly string[]
  isProtected(path: string): boolean
  isSignedIn(values: Values): boolean
  answer(route: string, visit: Visit): Promise<Answer>
}

/** A small site with an account, the same on each framework; its sessions are the framework's own. */
export function shopFor(form: Form, account: ChangeableAccount): Shop {
  const isFollowed = form === 'followed'
  let nickname = 'Ada'

  const field = ({ csrf }: Visit) => {
    const token = csrf()
    return token === undefined ? {} : { csrf: token }
  }
  const enter = async (visit: Visit, isFirst: boolean) => {
    if (isFollowed || (form === 'kept' && isFirst)) await visit.rotate()
    visit.values.user = 'ada'
    visit.values.generation = account.generation
  }
  const leave = async (visit: Visit): Promise<Answer> => {
    await visit.end()
    return { to: '/' }
  }

  const answers: Readonly<Record<string, (visit: Visit) => Answer | Promise<Answer>>> = {
    'GET /': (visit) => {
      visit.values.seen ??= randomToken()
      return { page: homePage() }
    },
    'GET /login': (visit) => {
      visit.values.seen ??= randomToken()
      return { page: loginPage(field(visit)) }
    },
    'POST /login': async (visit) => {
      if (!account.is(visit.body.username, visit.body.password)) {
        return { status: 401, page: loginPage({ ...field(visit), error: 'Wrong name or password' }) }
      }
      await enter(visit, visit.values.user === undefined)
      return { to: '/account' }
    },
    'GET /account': (visit) => ({ page: accountPage({ ...field(visit), nickname, settings: true }) }),
    'POST /nickname': ({ body }) => {
      nickname = String(body.nickname).replace(/[^\w -]/g, '')
      return { to: '/account' }
    },
    'GET /account/security': (visit) => ({ page: securityPage(field(visit)) }),
    'POST /account/security': async (visit) => {
      if (!account.change(visit.body.current, visit.body.fresh)) {
        return { status: 422, page: securityPage({ ...field(visit), error: 'That did not work' }) }
      }
      if (isFollowed) {
        account.endSessions()
        await enter(visit, false)
      }
      return { to: '/account' }
    },
    'POST /logout': leave,
    ...(isFollowed ? {} : { 'GET /logout': leave }),
  }

  return {
    routes: Object.keys(answers),
    isProtected: (path) => path.startsWith('/account') || path === '/nickname',
    isSignedIn: ({ user, generation }) =>
      user === 'ada' && (!isFollowed || generation === account.generation),
    answer: async (route, visit) => (await answers[route]?.(visit)) ?? { status: 404 },
  }
}
