import type { ReversibleAction } from './action.ts'
import type { Recording } from './recording/recording.ts'

/** What a caller asks of an audit. Everything but `url` is optional. */
export interface AuditOptions {
  /** Where the site starts; its origin is the only one that is ever contacted. */
  readonly url: string
  /** Page with the login form, or the endpoint of a JSON login. Found from `url` when left out. */
  readonly loginUrl?: string
  readonly username?: string
  readonly password?: string
  /** How credentials are sent. Default 'form'. */
  readonly loginFormat?: 'form' | 'json'
  /** Names of the two fields, where they cannot be told from the form or the JSON endpoint wants others. */
  readonly usernameField?: string
  readonly passwordField?: string
  /** A Cookie header of an existing session, instead of credentials. */
  readonly cookie?: string
  /** A login, or a session, that somebody has recorded: what `readRecording` makes of it. */
  readonly loginFrom?: Recording
  /**
   * A command in words, which signs in and prints a storage state or a Cookie header. It is run without a shell, once
   * for each login, and may take a minute.
   */
  readonly loginCommand?: readonly string[]
  /**
   * Sign in with an installed Chromium, through playwright-core. Default: only where no form was found and no script
   * names an address. False: never.
   */
  readonly browser?: boolean
  /** A page that only a signed-in user sees. Found after the login when left out. */
  readonly protectedUrl?: string
  /** Where to log out, when the control cannot be found on the page. */
  readonly logoutUrl?: string
  /** Most sessions that a user may have at a time, by the site's policy: 1 to 10. Without it none is judged. */
  readonly expectSessions?: number
  /** One change that can be undone, to be tried as a page of another site would. Without it none is made. */
  readonly action?: ReversibleAction
  /** A page that asks a signed-in user for the password again. Without it the login is done again instead. */
  readonly reauthUrl?: string
  /**
   * Change the account's password and change it back, to see which sessions that ends. Needs `username` and
   * `password`. Off unless true.
   */
  readonly changePassword?: boolean
  /** Page with the form that changes the password, or the endpoint that takes JSON. Found when left out. */
  readonly changePasswordUrl?: string
  /** Names of its fields, where they cannot be told from the form or the JSON endpoint wants others. */
  readonly currentPasswordField?: string
  readonly newPasswordField?: string
  readonly confirmPasswordField?: string
  /** Where the temporary password is kept until it is changed back. Default: a new file for temporary files. */
  readonly recoveryFile?: string
  /** Accept a certificate that does not verify. The report says so. */
  readonly insecure?: boolean
  /** Do not sign in; look only at what a visitor sees. */
  readonly passive?: boolean
  /** Requests in all. Default 300. */
  readonly maxRequests?: number
  /** Logins in all, failed ones included. Default 20. */
  readonly maxLogins?: number
  /** Milliseconds one request may take. Default 10000. */
  readonly timeout?: number
  /** Called before each connection with the resolved address; false refuses it (`address_refused`). */
  readonly allowAddress?: (address: string, hostname: string) => boolean
  /** Told when a step begins and ends. */
  readonly onProgress?: (event: ProgressEvent) => void
  readonly signal?: AbortSignal
}

/** A step began or ended. `detail` never holds a secret. */
export interface ProgressEvent {
  readonly step: string
  readonly state: 'started' | 'done' | 'skipped' | 'failed'
  readonly detail: string
  readonly requests: number
  readonly logins: number
}
