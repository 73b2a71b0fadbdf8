import { SessionError, type SessionErrorCode } from '../errors.ts'
import { isTopLevelGet, type Navigation } from './navigation.ts'
import { isLocalPath, withReturnPath } from './return-path.ts'

/** The session errors that a page can help with. */
export type RedirectingCode = Extract<
  SessionErrorCode,
  'reauthentication_required' | 'privilege_required' | 'session_ended'
>

/**
 * Pages of this origin that help with a session error, by its code: `{ reauthentication_required: '/confirm' }`.
 * The page finds where to send the user back to in its query's `return_to`; see `returnPath`.
 */
export type ErrorRedirects = Readonly<Partial<Record<RedirectingCode, string | undefined>>>

const redirectingCodes: Readonly<Record<RedirectingCode, true>> = {
  reauthentication_required: true,
  privilege_required: true,
  session_ended: true,
}

/**
 * Where to send the browser instead of showing it the error; null for what cannot be sent anywhere. A POST cannot:
 * what it carried would be lost, and returning to it would be a GET of something else.
 */
export function redirectFor(
  redirects: ErrorRedirects,
  { code }: SessionError,
  navigation: Navigation,
): string | null {
  const page = Object.hasOwn(redirectingCodes, code) ? redirects[code as RedirectingCode] : undefined
  if (page === undefined || !isTopLevelGet(navigation)) return null
  // The page itself asks for what it is there to give: one plain error is better than a loop.
  if (navigation.path === page.split('?', 1)[0]) return null
  return withReturnPath(page, navigation.target)
}

/** @throws SessionError `config_invalid` */
export function refuseInvalidRedirects(redirects: ErrorRedirects): void {
  for (const [code, page] of Object.entries(redirects)) {
    if (!Object.hasOwn(redirectingCodes, code)) {
      throw new SessionError(
        'config_invalid',
        `redirects: ${JSON.stringify(code)} leads nowhere. It can have ${Object.keys(redirectingCodes).join(', ')}.`,
      )
    }
    if (page === undefined || (typeof page === 'string' && isLocalPath(page) && !page.includes('#'))) continue
    throw new SessionError(
      'config_invalid',
      `redirects.${code}: ${JSON.stringify(page)} is no path of this origin. Write it from the root: '/confirm'.`,
    )
  }
}
