/**
 * What a team, or the application itself, declares of its sessions. Each is held by the check that it is about: a site
 * that differs fails, and nothing that a check faults by itself is excused by it. Times in seconds.
 */
export interface Expectations {
  /** Of the session cookie. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None'
  /** What the name of the session cookie starts with; `__Host-` has all that `__Secure-` asks for. */
  readonly cookiePrefix?: '__Host-' | '__Secure-'
  readonly cookieName?: string
  /** How long a browser may keep the session cookie; 0: until it is closed. */
  readonly cookieLifetime?: number
  /** Most sessions that a user may have at a time: 1 to 10. */
  readonly concurrentSessions?: number
  /** How long a session that is not used lives. */
  readonly idleTimeout?: number
  /** How long a session lives in all. */
  readonly absoluteTimeout?: number
  /** How long a token that carries the session may say that it is good. */
  readonly tokenLifetime?: number
}

/** More logins than for these no account should see in a row. */
export const MOST_SESSIONS = 10
