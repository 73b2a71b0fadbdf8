import { type Control, controlShape, type Observation, observationShape } from './observation.ts'
import { flag, list, number, object, oneOf, orNull, text } from './shape.ts'

/** A secret of the auditor's list of well-known ones. The secret itself is in no evidence. */
export interface FoundSecret {
  /** Its place in the list, from 1. */
  readonly place: number
  readonly of: number
  /** The first 8 hex digits of its SHA-256. */
  readonly hash: string
  /** How it was used: `as text`, or `as base64`. */
  readonly as: string
}

/** A token that the site never made, sent in the place of the genuine one. */
export interface TokenTrial {
  readonly kind:
    | 'signature-changed'
    | 'claims-changed'
    | 'none'
    | 'stripped'
    | 'empty-key'
    | 'key-confusion'
    | 'embedded-jwk'
    | 'key-name'
    | 'zero-signature'
    | 'known-secret'
  /** In words: how it was made. */
  readonly how: string
  readonly seen: Observation
  readonly status: number
  /** Of one that was signed in: the same once more. */
  readonly again: Observation | null
}

export interface TokenEvidence {
  /** The cookie or header that it is in. */
  readonly name: string
  readonly alg: string
  /** Encrypted (JWE): nothing can be read or forged. */
  readonly encrypted: boolean
  readonly trials: readonly TokenTrial[]
  /** Others, for which the token had cost too many requests. */
  readonly untried: number
  readonly secret: FoundSecret | null
  /** Where the key was found that it verifies with; null where none was. */
  readonly publicKey: string | null
  /** One forged in the accepted way with a made-up ID in the place of its own; null where it could not be tried. */
  readonly madeUpIds: Observation | null
  readonly lifetime: {
    /** Whether a number says when it ends. */
    readonly ends: boolean
    /** From its issue (or, where it does not say when that was, from now); null where it does not end. */
    readonly seconds: number | null
    /** A copy was refused after the logout; null where that was not seen. */
    readonly endsAtLogout: boolean | null
    readonly expired: ExpiredToken | null
  }
  /** Claims with something personal or secret in them, never their values. */
  readonly personal: readonly { readonly claim: string; readonly what: string }[]
  readonly controls: readonly Control[]
}

/** What became of a token after its end. */
export interface ExpiredToken {
  /** `waited`: a genuine one; `forged`: one that says that it ended a day ago. */
  readonly how: 'waited' | 'forged'
  readonly secondsAgo: number
  readonly seen: Observation
  readonly status: number
  /** Of one that was signed in: the same once more. */
  readonly again: Observation | null
}

export interface TokensEvidence {
  /** Empty where no carrier of the session is a token. */
  readonly tokens: readonly TokenEvidence[]
}

/** A cookie whose signature is of a form that frameworks use. */
export interface SignedCookie {
  readonly name: string
  /** `express-signed`, `flask`, … */
  readonly format: string
  /** What the signature covers: an ID that the server looks up, or the data itself. */
  readonly holds: 'id' | 'data'
  /** Something in that data looks random, so the server may look it up. */
  readonly looksUp: boolean
  readonly secret: FoundSecret | null
  readonly secretsTried: number
  readonly exchange: number
}

export interface SignedCookiesEvidence {
  readonly cookies: readonly SignedCookie[]
}

/** Answers that say nothing of a token: the site has too much to do, or something before it does not reach it. */
const BUSY = [408, 429, 502, 503, 504]

/** Signed in, and signed in again. */
export function isTaken({ seen, again }: Pick<TokenTrial, 'seen' | 'again'>): boolean {
  return seen.state === 'signed-in' && again?.state === 'signed-in'
}

/** As visitors are, or with an error of its own. */
export function isRefused({ seen, status }: Pick<TokenTrial, 'seen' | 'status'>): boolean {
  if (seen.state === 'anonymous') return true
  return seen.state === 'unclear' && status >= 400 && !BUSY.includes(status)
}

const secret = orNull(object({ place: number, of: number, hash: text, as: text }))
const sent = { seen: observationShape, status: number, again: orNull(observationShape) }

/** {@link TokensEvidence}, checked at run time. */
export const tokensShape = object({
  tokens: list(
    object({
      name: text,
      alg: text,
      encrypted: flag,
      trials: list(object({ kind: text, how: text, ...sent })),
      untried: number,
      secret,
      publicKey: orNull(text),
      madeUpIds: orNull(observationShape),
      lifetime: object({
        ends: flag,
        seconds: orNull(number),
        endsAtLogout: orNull(flag),
        expired: orNull(object({ how: oneOf('waited', 'forged'), secondsAgo: number, ...sent })),
      }),
      personal: list(object({ claim: text, what: text })),
      controls: list(controlShape),
    }),
  ),
})

/** {@link SignedCookiesEvidence}, checked at run time. */
export const signedCookiesShape = object({
  cookies: list(
    object({
      name: text,
      format: text,
      holds: oneOf('id', 'data'),
      looksUp: flag,
      secret,
      secretsTried: number,
      exchange: number,
    }),
  ),
})
