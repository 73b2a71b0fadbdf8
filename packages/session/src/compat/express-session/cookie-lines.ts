import { createCookie, type CookieOptions as LineOptions } from '../../cookie/cookie.ts'
import { SessionError } from '../../errors.ts'
import { type Cookie, sameSiteName } from './cookie.ts'

/** Set-Cookie lines as the cookie object of a session wants them. */
export interface CookieLines {
  /** @throws SessionError `config_invalid` for attributes that browsers refuse together, or that are not kept */
  issue(cookie: Cookie, value: string): string
  /** @throws SessionError `config_invalid` */
  remove(cookie: Cookie): string
}

/** @param name of the session cookie */
export function createCookieLines(name: string): CookieLines {
  return {
    issue(cookie, value) {
      const { maxAge, priority } = cookie
      const line = createCookie(lineOptions(name, cookie)).issue(value, maxAge)
      return priority === undefined ? line : `${line}; Priority=${priorityName(priority)}`
    },
    remove: (cookie) => createCookie(lineOptions(name, cookie)).remove(),
  }
}

/** What `createSessions` and every line take of a cookie. @throws SessionError `config_invalid` */
export function lineOptions(name: string, cookie: Cookie): LineOptions {
  const { path, domain, secure = true, sameSite, partitioned } = cookie
  if (cookie.httpOnly !== true)
    refuse(
      'httpOnly: false would give the session to every script. Leave it out, and give scripts what they need by a ' +
        'route or a cookie of its own.',
    )
  return {
    name,
    path,
    secure: secure === true,
    sameSite: sameSiteName(sameSite),
    ...(domain && { domain }),
    ...(partitioned && { partitioned }),
  } as LineOptions
}

const priorities: Readonly<Record<string, string>> = { low: 'Low', medium: 'Medium', high: 'High' }

function priorityName(priority: string): string {
  return priorities[priority.toLowerCase()] ?? refuse(`priority must be 'low', 'medium' or 'high'.`)
}

function refuse(problem: string): never {
  throw new SessionError('config_invalid', `cookie: ${problem}`)
}
