/** What all evidence is made of: exchanges, what was seen in them, and what had to hold. */

import { flag, list, number, object, oneOf, optional, orNull, record, text } from './shape.ts'

/** Signed in, anonymous, or neither clearly: what the oracle makes of one answer. */
export type State = 'signed-in' | 'anonymous' | 'unclear'

/** Which part of the visit an exchange belongs to. */
export type Phase = 'anonymous' | 'login' | 'signed-in' | 'logout' | 'replay'

/** The first 8 hex digits of the value's SHA-256: enough to see equality, never enough to use. */
export type Fingerprint = string

/** One request and its answer, redacted so that it can be shown and re-run with the user's own values. */
export interface Exchange {
  readonly id: number
  readonly phase: Phase
  readonly method: string
  readonly url: string
  readonly status: number
  readonly location: string | null
  /** Cookies sent, by name, each as a fingerprint. */
  readonly sentCookies: Readonly<Record<string, Fingerprint>>
  /** Names of the cookies the answer set or removed. */
  readonly setCookies: readonly string[]
  /** A curl line with every secret replaced by `<name:fingerprint>`. */
  readonly curl: string
  /** Milliseconds from the start of the audit; left out where this was not noted. */
  readonly sentMs?: number
  /** Milliseconds until its answer was there. */
  readonly tookMs?: number
}

/** One look through the oracle. */
export interface Observation {
  readonly state: State
  /** Id of the exchange it was made from. */
  readonly exchange: number
  readonly note?: string
}

/** Something that had to be so for a probe to mean anything. */
export interface Control {
  readonly name: string
  readonly expected: string
  readonly seen: string
  readonly held: boolean
}

/** That a look saw what had to be. */
export function expectState(name: string, expected: State, { state }: Pick<Observation, 'state'>): Control {
  return { name, expected, seen: state, held: state === expected }
}

/** A minimal set of cookies (or headers) that is enough by itself to be signed in. */
export type CarrierSet = readonly string[]

export const observationShape = object({
  state: oneOf('signed-in', 'anonymous', 'unclear'),
  exchange: number,
  note: optional(text),
})

export const controlShape = object({ name: text, expected: text, seen: text, held: flag })

export const phaseShape = oneOf('anonymous', 'login', 'signed-in', 'logout', 'replay')

export const exchangeShape = object({
  id: number,
  phase: phaseShape,
  method: text,
  url: text,
  status: number,
  location: orNull(text),
  sentCookies: record(text),
  setCookies: list(text),
  curl: text,
  sentMs: optional(number),
  tookMs: optional(number),
})
