import { type Control, controlShape } from './observation.ts'
import { flag, list, number, object, oneOf, orNull, text } from './shape.ts'

/**
 * Why a cookie is a visitor's session.
 * `token`: the token of a form goes with it and with no other cookie, and is not to be read out of its value.
 * `issued`: the site knows the values it gave out: it keeps another client's, and replaces one that it never made.
 * `implementation`: it is named, made and answered as a known framework's sessions are.
 */
export type VisitorProof = 'token' | 'issued' | 'implementation'

/** A cookie that a client without any was given, and what it was proved to be. */
export interface VisitorCookie {
  readonly name: string
  /** Null: undecided, and judged by no check. */
  readonly provedBy: VisitorProof | null
  /** It behaves like a session, but also as other cookies may; only where nothing was proved. */
  readonly resembles: boolean
  /** What was seen, in words. */
  readonly why: string
  readonly exchanges: readonly number[]
  readonly controls: readonly Control[]
}

export interface VisitorEvidence {
  /** The page that clients with other cookies, and with none, asked for; null when no page gives a cookie. */
  readonly page: string | null
  readonly cookies: readonly VisitorCookie[]
  /** The login form; null when none was found in the few requests there are. */
  readonly login: {
    readonly page: string
    readonly action: string
    readonly method: string
    readonly otherOrigin: boolean
    readonly exchange: number
  } | null
  /** What the site lets a visitor see of its other protections. */
  readonly hints: readonly string[]
}

export const visitorShape = object({
  page: orNull(text),
  cookies: list(
    object({
      name: text,
      provedBy: orNull(oneOf('token', 'issued', 'implementation')),
      resembles: flag,
      why: text,
      exchanges: list(number),
      controls: list(controlShape),
    }),
  ),
  login: orNull(object({ page: text, action: text, method: text, otherOrigin: flag, exchange: number })),
  hints: list(text),
})
