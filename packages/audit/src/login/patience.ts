import type { Http } from '../network/http.ts'
import { pageOf, type Visit } from '../network/pages/navigate.ts'
import type { AuditOptions } from '../options/options.ts'
import { codeOf, readTotp, stepAt } from '../options/totp.ts'
import { showsLoginForm } from './form/find-form.ts'
import { saidBy } from './said.ts'
import { type LoginChoices, type SignIn, withLogin } from './sign-in.ts'
import { saysWrongCredentials } from './words.ts'

/** What waiting needs; a test replaces it. */
export interface Waiting {
  readonly wait: (milliseconds: number) => Promise<void>
  readonly now: () => number
  /** Tells the user what is waited for. */
  readonly tell: (detail: string) => void
}

/** Milliseconds between a login page and its credentials, where a site takes less for a robot. */
const TYPING = 5000
/** Milliseconds after the start of a time step, as the clocks of two machines differ. */
const MARGIN = 500

/** A sign-in whose logins take the time that the site wants: one-time codes of steps of their own, and time to type. */
export function patient(http: Http, options: AuditOptions, signIn: SignIn, waiting: Waiting): SignIn {
  const plain = signIn.login
  if (plain === null) return signIn
  const code = oneTimeCodes(http, options, waiting)
  const pause = () => {
    waiting.tell(`waits ${TYPING / 1000} s between the login page and the login`)
    return waiting.wait(TYPING)
  }
  let isSlow: boolean | null = null
  const login = async (jar: Parameters<typeof plain>[0], choices: LoginChoices = {}): Promise<Visit> => {
    const all = { ...choices, ...(code ? { code } : {}) }
    const slow = { ...all, pause: async () => void (await Promise.all([pause(), choices.pause?.()])) }
    const landed = await plain(jar, isSlow ? slow : all)
    if (isSlow !== null) return landed
    isSlow = mayHaveBeenTooFast(http, landed, signIn)
    return isSlow ? plain(jar, slow) : landed
  }
  const typing = async () => void (isSlow && (await pause()))
  return Object.assign(withLogin(signIn, login), { typing })
}

/** The form came back, or an error that blames nobody: a person would have taken longer, and tries again. */
function mayHaveBeenTooFast(
  http: Http,
  { final, answers }: Visit,
  { action, evidence, entry }: SignIn,
): boolean {
  if (final.status === 429 || final.status >= 500 || [401, 404, 405, 415].includes(final.status)) return false
  const { usernameField, passwordField } = evidence
  const isForm = showsLoginForm(pageOf(final), { action, usernameField, passwordField })
  if (final.status < 400 && !isForm) return false
  const first = answers[0]?.exchange ?? 0
  const before = http.answers.findLast(
    ({ exchange, url }) => exchange < first && url.pathname === entry.pathname,
  )
  const said = saidBy(final, before ?? null)
  return said !== null && !saysWrongCredentials(said) && !/captcha|robot check/i.test(said)
}

/** Codes that are each of a time step of its own, as a site takes each only once. Null without a secret. */
function oneTimeCodes(
  http: Http,
  { totpSecret }: AuditOptions,
  { wait, now, tell }: Waiting,
): (() => Promise<string>) | null {
  const totp = totpSecret === undefined ? null : readTotp(totpSecret)
  if (totp === null) return null
  http.secrets.addCredential('totp-secret', totpSecret ?? '')
  let last = -1
  return async () => {
    const before = last
    const step = Math.max(stepAt(totp, now()), before + 1)
    // Taken before anything is waited for: another login may be under way.
    last = step
    const milliseconds = step * totp.seconds * 1000 + MARGIN - now()
    if (step === before + 1 && milliseconds > 0) {
      tell(`waits ${Math.ceil(milliseconds / 1000)} s for a one-time code that was not used yet`)
      await wait(milliseconds)
    }
    const code = codeOf(totp, step)
    http.secrets.addCredential('code', code)
    return code
  }
}
