import type { SignInEvidence } from '../evidence/evidence.ts'
import type { BrowserJar } from '../network/cookies/jar.ts'
import type { Visit } from '../network/pages/navigate.ts'

export interface LoginChoices {
  /** Called when the jar is as it is just before the credentials leave. */
  readonly beforeSubmit?: () => void
  /** Tick the "remember me" box. */
  readonly remember?: boolean
  /** Sign in with another password than the account's. */
  readonly password?: string
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
  /** A login makes a session elsewhere, so that nothing that was in the jar before has a part in it. */
  readonly isApart?: boolean
  /** The form has a "remember me" box. */
  readonly offersRemember: boolean
  /** A jar that is signed in without a login; for a pasted cookie. */
  readonly given: BrowserJar | null
}
