import type { ReversibleAction } from './action.ts'
import type { Expectations } from './expectations.ts'
import type { LoginFormat } from './login-body.ts'
import type { Recording } from './recording/recording.ts'

/** What a caller asks of an audit. Everything but `url` is optional. */
export interface AuditOptions {
  /** Where the site starts; its origin is the only one that is ever contacted, but for `loginOrigins` in a login. */
  readonly url: string
  /** Page with the login form, or the endpoint of a JSON login. Found from `url` when left out. */
  readonly loginUrl?: string
  readonly username?: string
  readonly password?: string
  /**
   * How credentials are sent. Default 'form': by the form of the login page. The others as a script would, to
   * `loginUrl`.
   */
  readonly loginFormat?: LoginFormat
  /**
   * What is sent there, where user name and password as two members will not do: `{{username}}`, `{{password}}`,
   * `{{totp}}`, `{{token}}` (against forged requests) and the names of `fields` are filled in.
   */
  readonly loginBody?: string
  /**
   * Origins of a single sign-on, such as 'https://login.example.com', which may be contacted during a login and for
   * nothing else. Their cookies are kept apart and not judged.
   */
  readonly loginOrigins?: readonly string[]
  /** Names of the two fields, where they cannot be told from the form or the JSON endpoint wants others. */
  readonly usernameField?: string
  readonly passwordField?: string
  /** What other fields of the login hold, such as a tenant's; a field that its form does not have goes along with the password. */
  readonly fields?: Readonly<Record<string, string>>
  /**
   * Headers of every request, the visitor's too, as a gate in front of the site wants them: credentials of its own, or
   * a mark by which a firewall knows a test.
   */
  readonly headers?: Readonly<Record<string, string>>
  /** The header in which the token of a JSON login goes along, such as 'X-Auth-Token'. Found out when left out. */
  readonly tokenHeader?: string
  /** The word in front of that token, such as 'Token'. Found out when left out. */
  readonly tokenScheme?: string
  /**
   * What makes the account's one-time codes (RFC 6238): the secret in base32, or the `otpauth://` address of its QR
   * code. A site takes each code once, so each login waits for one of its own.
   */
  readonly totpSecret?: string
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
  /**
   * What only a signed-in user is answered, where that is no page: `POST /api/search {"q":""}`, or with a form's
   * `name=value&other=value`. It is sent many times, so it must change nothing.
   */
  readonly protectedRequest?: string
  /** Where to log out, when the control cannot be found on the page. */
  readonly logoutUrl?: string
  /** How to log out, when it takes more than an address: `DELETE /session`, `POST /rpc {"method":"logout"}`. */
  readonly logoutRequest?: string
  /**
   * Sign out everywhere, once, in one of several sessions made for it, by the button that a page has for that. The account's
   * sessions elsewhere end too, so it is off unless true, or unless one of the next two names how.
   */
  readonly logoutEverywhere?: boolean
  /** What ends all sessions of the user, or all others, where no page that is seen has the control. */
  readonly logoutEverywhereUrl?: string
  readonly logoutEverywhereRequest?: string
  /** Event streams and WebSockets that only a user may open. Found in pages and scripts when left out. */
  readonly streams?: readonly string[]
  /** Seconds in which such a stream sends something, before the logout and after it. Default 5. */
  readonly streamWait?: number
  /** Most sessions that a user may have at a time, by the site's policy: 1 to 10. Without it none is judged. */
  readonly expectSessions?: number
  /** What is declared of the sessions, for the checks to hold the site to. Default: nothing. */
  readonly expect?: Expectations
  /** Seconds without use after which a session must have ended, by the site's policy. Without it that is not looked at. */
  readonly idleTimeout?: number
  /** Seconds after its login after which a session must have ended, however much it is used. */
  readonly absoluteTimeout?: number
  /** Where an audit that would have to wait for those keeps its sessions, encrypted, for a later one to go on with. */
  readonly resume?: { readonly file: string; readonly passphrase: string }
  /** How many session IDs are collected from visitors, to tell what they are made of: 8 to 1000. Default 8. */
  readonly idSamples?: number
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
  /** Another account, of which a session must open nothing of the first one's. Needs `secondPassword`. */
  readonly secondUsername?: string
  readonly secondPassword?: string
  /**
   * What a visitor may send before a login, such as 'POST /forgot user={{username}}', to see whether that signs in. What it
   * sends by mail is sent.
   */
  readonly puzzleRequests?: readonly string[]
  /** Send, as a visitor, the forms beside the login that ask for a user name and no password. Off unless true. */
  readonly puzzle?: boolean
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
  /** Seconds the audit may take. Default 1800. What is not done by then stays undecided. */
  readonly timeLimit?: number
  /** Seconds that may be waited in all because the site asks for it (429, 503). 0: never. Default 120. */
  readonly maxWait?: number
  /** Called before each connection with the resolved address; false refuses it (`address_refused`). */
  readonly allowAddress?: (address: string, hostname: string) => boolean
  /** Told when a step begins and ends. */
  readonly onProgress?: (event: ProgressEvent) => void
  readonly signal?: AbortSignal
}

/** A step began or ended, or waits. `detail` never holds a secret. */
export interface ProgressEvent {
  readonly step: string
  readonly state: 'started' | 'paused' | 'done' | 'skipped' | 'failed'
  readonly detail: string
  readonly requests: number
  readonly logins: number
  /** What the rest may take, by what was done so far; left out until that can be told. */
  readonly secondsLeft?: number
}
