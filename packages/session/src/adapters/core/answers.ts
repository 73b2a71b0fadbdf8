import { isSessionError } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type ErrorRedirects, redirectFor, refuseInvalidRedirects } from '../../navigation/error-redirects.ts'
import type { Navigation } from '../../navigation/navigation.ts'
import { isForeignLink, reEntryPage, reEntryVary } from '../../navigation/re-entry.ts'
import type { OpenOptions, Sessions } from '../../sessions.ts'
import { type Answer, type ErrorText, failureOf } from './failure.ts'

/** What every adapter can be told. */
export interface AdapterOptions extends OpenOptions {
  /**
   * True: who follows a link of another site is signed in although the cookie is SameSite=Strict. The first request
   * comes without the cookie and is answered with a page that asks once more; only then the application sees it.
   * For GET alone, which must change nothing then, as with SameSite=Lax. A function says at which addresses: leave out
   * downloads, after which the browser would stay on that empty page. Default false.
   */
  readonly reEntry?: boolean | ((exchange: Exchange) => boolean) | undefined
  /**
   * Pages that a navigation is sent to instead of being answered 401 or 403 for a session error, by its code. What
   * is no top-level GET gets the 401 with its challenge in any case. Default: none.
   */
  readonly redirects?: ErrorRedirects | undefined
  /**
   * The text of the answer to a session error, in the user's language for instance; undefined for the one there is. It is
   * the `message` of a JSON body where the request's Accept prefers that, and the whole body otherwise.
   */
  readonly errorText?: ErrorText | undefined
}

/** What an adapter has to answer by itself. */
export interface Answers {
  /** Null: the request is the application's. */
  opened(navigation: Navigation, session: { readonly sid: string | null }): Answer | null
  /** Null for errors that are not the session layer's: those belong to the application. What is our fault is reported. */
  failed(error: unknown, navigation: Navigation): Answer | null
}

const knownOptions = { touch: true, reEntry: true, redirects: true, errorText: true } as const

/**
 * @param adapter whose options they are, as people write it
 * @throws SessionError `config_invalid`
 */
export function createAnswers(
  adapter: string,
  sessions: Pick<Sessions, 'report'>,
  options: AdapterOptions = {},
): Answers {
  refuseUnknown(adapter, options, knownOptions)
  const { reEntry = false, redirects = {}, errorText } = options
  refuseInvalidRedirects(redirects)
  const isEntered = typeof reEntry === 'function' ? reEntry : () => reEntry
  return {
    opened(navigation, { sid }) {
      if (sid !== null || navigation.method !== 'GET' || !isEntered(navigation)) return null
      if (isForeignLink(navigation)) return { status: 200, ...reEntryPage(navigation) }
      navigation.setHeader('vary', reEntryVary)
      return null
    },
    failed(error, navigation) {
      if (!isSessionError(error)) return null
      sessions.report(error)
      const location = redirectFor(redirects, error, navigation)
      if (location === null) return failureOf(error, navigation, errorText)
      return { status: 303, body: '', headers: { location, 'cache-control': 'no-store' } }
    },
  }
}
