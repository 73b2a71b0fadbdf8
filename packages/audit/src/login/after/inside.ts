import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { KnownForm } from '../form/find-form.ts'
import { type SignIn, withLogin } from '../sign-in.ts'
import { saysDanger } from '../words.ts'
import { askedAfterPassword } from './asked.ts'
import type { Asked, AskedKind } from './kinds.ts'
import { ownLinks } from './page.ts'

/** So many pages in a row that only have to be confirmed. */
const MOST_CONFIRMED = 4
const MOST_TRIED = 2

/** A sign-in that ends inside. */
export interface WholeSignIn extends SignIn {
  /** What was confirmed in each login, in words. */
  readonly confirmed: readonly string[]
}

/**
 * A sign-in whose logins go on through the pages that only have to be confirmed. Throws AuditError `more_asked`, from
 * each login, where something is needed.
 */
export function untilInside(http: Http, signIn: SignIn): WholeSignIn {
  const { login } = signIn
  const confirmed = new Set<string>()
  /** Whether nobody gets past these pages, which need not be found out twice. */
  const gates = new Map<string, boolean>()
  const isGate = async (asked: Asked, here: Visit, jar: BrowserJar): Promise<boolean> => {
    if (asked.isCertain) return true
    const known = gates.get(asked.url.pathname)
    const gate = known ?? (await leadsBack(http, here, jar))
    gates.set(asked.url.pathname, gate)
    return gate
  }
  const goOn = async (landed: Visit, jar: BrowserJar): Promise<Visit> => {
    let here = landed
    const passed = new Set<string>()
    for (;;) {
      const asked = askedAfterPassword(here, knownForm(signIn))
      if (asked === null || !(await isGate(asked, here, jar))) return here
      const what = `${NAMES[asked.kind]} at ${http.secrets.redactUrl(asked.url.href)}`
      if (asked.confirm === null) throw more(what, ADVICE[asked.kind])
      if (passed.has(what) || passed.size === MOST_CONFIRMED) {
        throw more(what, 'it came back after it was confirmed')
      }
      passed.add(what)
      for (const { type, name, value } of asked.form?.fields ?? []) {
        if (type === 'hidden') http.secrets.add(name, value)
      }
      const next = await visit(http, { ...asked.confirm, phase: 'login', jar })
      confirmed.add(what)
      here = { ...next, answers: [...here.answers, ...next.answers] }
    }
  }
  const whole = withLogin(
    signIn,
    login && (async (jar, choices) => goOn(await login.call(signIn, jar, choices), jar)),
  )
  return Object.defineProperty(whole, 'confirmed', { get: () => [...confirmed] }) as WholeSignIn
}

function knownForm({ action, evidence: { usernameField, passwordField } }: SignIn): KnownForm {
  return { action, usernameField, passwordField }
}

/** Whether other pages lead back to this one, so that there is no way past it. */
async function leadsBack(http: Http, { final, page }: Visit, jar: BrowserJar): Promise<boolean> {
  const links = ownLinks(page).filter(
    ({ url, text, method }) =>
      method === 'GET' && url.pathname !== final.url.pathname && !saysDanger(`${url.pathname} ${text}`),
  )
  for (const { url } of links.slice(0, MOST_TRIED)) {
    const there = await visit(http, { url, phase: 'login', jar })
    if (there.final.url.pathname === final.url.pathname) return true
  }
  return false
}

function more(what: string, advice: string): AuditError {
  return new AuditError('more_asked', `something more is asked after the password: ${what}; ${advice}`)
}

const NAMES: Readonly<Record<AskedKind, string>> = {
  'one-time-code': 'a one-time code',
  'new-password': 'a new password',
  choice: 'a choice',
  'other-session': 'what becomes of a session elsewhere',
  terms: 'the terms',
  continue: 'a page to go on from',
}

const ADVICE: Readonly<Record<AskedKind, string>> = {
  'one-time-code':
    'give the secret it is made from with --totp-secret, or a session that is past it with --cookie, or audit with an account that needs none',
  'new-password': 'set one in a browser first, and audit with that',
  choice: 'name it with --field NAME=VALUE, or choose in a browser and give the session with --cookie',
  'other-session': 'end the other session in a browser first',
  terms: 'accept them in a browser first',
  continue: 'go on in a browser first, and give the session with --cookie',
}
