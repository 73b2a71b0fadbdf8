import type { SignInEvidence } from '../evidence/evidence.ts'
import type { BrowserJar } from '../network/cookies/jar.ts'
import type { Visit } from '../network/pages/navigate.ts'
import type { Stored } from '../options/recording/storage-state.ts'
import type { PageRequest } from './oracle/ask.ts'
import type { LoginToken } from './token/login-token.ts'

export interface LoginChoices {
  /** Called when the jar is as it is just before the credentials leave. */
  readonly beforeSubmit?: () => void
  /** Tick the "remember me" box. */
  readonly remember?: boolean
  /** Waits before the credentials leave, where they must not leave at once. */
  readonly pause?: () => Promise<void>
  /** A one-time code that no login has used; left out where there is no secret to make one of. */
  readonly code?: () => Promise<string>
  /** Go no further than the name of a login over two pages, or than the password where a code is asked for after it. */
  readonly until?: 'name' | 'password'
  /** Sign in as another user, where a form or a script takes the name. */
  readonly username?: string
  /** Sign in with another password than the account's. */
  readonly password?: string
  /** Begin beside a login that is under way: for what is about logins at once. Else each waits for the one before it. */
  readonly atOnce?: boolean
}

/** Whether the site's own pages send credentials by a script, and so probably what else changes something. */
export function sendsByScript({ evidence: { method } }: Pick<SignIn, 'evidence'>): boolean {
  return method === 'json' || method === 'urlencoded'
}

/** What a control that was pressed asked for. */
export interface Left {
  readonly method: string
  readonly url: URL
}

/** A way to sign in. Each `login` is a complete one, in the jar it is given. */
export interface SignIn {
  readonly evidence: Omit<SignInEvidence, 'exchanges'>
  /** The page a visitor opens to sign in. */
  readonly entry: URL
  /** Where the credentials go. */
  readonly action: URL
  /** Null where no login can be made (a pasted cookie). Throws `sign_in_failed`, `budget_spent`. */
  readonly login: ((jar: BrowserJar, choices?: LoginChoices) => Promise<Visit>) | null
  /** Signs out as a person does, by what is seen on a page; null where nothing there does. Left out without a browser. */
  readonly leave?: ((jar: BrowserJar, at: URL) => Promise<Left | null>) | undefined
  /** A login waits for `pause` between its page and the credentials; the others do not know when they leave. */
  readonly canPause?: boolean
  /** Waits as long as a login has to, between its page and the credentials, on this site; left out where nobody knows. */
  readonly typing?: () => Promise<void>
  /** A login makes a session elsewhere, so that nothing that was in the jar before has a part in it. */
  readonly isApart?: boolean
  /** The form has a "remember me" box. */
  readonly offersRemember: boolean
  /** What on the page may be why a login fails, and what would help. */
  readonly hints?: readonly string[]
  /** What becomes of a token in the login's answer; left out where none is looked for. */
  readonly token?: LoginToken | undefined
  /** The browser of a visitor who has seen the login page; left out where none was opened. */
  readonly visitor?: BrowserJar
  /** What its page asks for by POST, the same for visitors and users; left out where nobody watched it. */
  readonly asks?: readonly PageRequest[]
  /** What pages keep in the browser's storage after a login; null or left out where nobody read it. */
  readonly stored?: Stored | null
  /** A jar that is signed in without a login; for a pasted cookie. */
  readonly given: BrowserJar | null
}

/** The same way to sign in with another login. Its other members change as it learns, and stay its own. */
export function withLogin<S extends SignIn>(signIn: S, login: SignIn['login']): S {
  return Object.create(signIn, { login: { value: login, enumerable: true } })
}

/**
 * The same way to sign in, where a login begins only when the one before it has ended: whoever asks for it, when ever, unless it is to be
 * beside others.
 */
export function oneAtATime<S extends SignIn>(signIn: S): S {
  const { login } = signIn
  if (login === null) return signIn
  let last: Promise<unknown> = Promise.resolve()
  return withLogin(signIn, (jar, choices) => {
    if (choices?.atOnce) return login(jar, choices)
    const mine = last.then(() => login(jar, choices))
    last = mine.catch(() => {})
    return mine
  })
}

/**
 * A way to sign in that gives way to another where its login fails.
 * @param next the other way for this error; null where there is none, and the error is the login's
 */
export function withNext(first: SignIn, next: (error: unknown) => Promise<SignIn | null>): SignIn {
  let used = first
  return {
    given: null,
    get entry() {
      return used.entry
    },
    get action() {
      return used.action
    },
    get evidence() {
      return used.evidence
    },
    get offersRemember() {
      return used.offersRemember
    },
    get hints() {
      return used.hints ?? []
    },
    get token() {
      return used.token
    },
    get leave() {
      return used.leave
    },
    get asks() {
      return used.asks ?? []
    },
    get stored() {
      return used.stored ?? null
    },
    get canPause() {
      return used.canPause === true
    },
    async login(jar, choices) {
      for (;;) {
        try {
          const landed = await used.login?.(jar, choices)
          if (landed) return landed
          throw new Error('a way to sign in that gives way makes logins')
        } catch (error) {
          const other = await next(error)
          if (other === null) throw error
          used = other
        }
      }
    },
  }
}
