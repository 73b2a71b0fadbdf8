import type { IdPrediction } from './id-prediction.ts'
import type { CarrierSet, Control, Observation } from './observation.ts'

/** One way of trying to get a session whose ID somebody else knows. */
export interface FixationTrial {
  readonly variant: 'issued' | 'chosen'
  /** Of an issued one: where the browser got its first ID. */
  readonly way?: 'login page' | 'start page' | 'protected page'
  /** Of a chosen one: the login's own page did not replace it. */
  readonly keptUntilLogin?: boolean
  /** Carrier cookies that were frozen before the login, or planted. */
  readonly names: readonly string[]
  /** Whether the login replaced the value: false means that the browser ends up with the old one. */
  readonly rotated: boolean
  /** The frozen or planted values alone, in a clean client, after the login. */
  readonly replay: Observation
  readonly controls: readonly Control[]
}

export interface FixationEvidence {
  /** No carrier cookie exists before the login: there is nothing to fix but a chosen value. */
  readonly noneBeforeLogin: boolean
  readonly trials: readonly FixationTrial[]
}

export interface StrictIdsEvidence {
  readonly trials: readonly {
    readonly name: string
    /**
     * `login`: an unissued ID planted before a login carried the session after it.
     * `state`: the server kept state under the unissued ID (the same per-session token twice).
     * `use`: the login took its own page's token with the unissued ID, and refused it with another.
     * `validation`: it replaced a malformed ID, but kept an unissued one of the right shape.
     * null: nothing shows that it was adopted.
     */
    readonly adoptedBy: 'login' | 'state' | 'use' | 'validation' | null
    /** It replaced or ignored the unissued ID in a way that shows it is refused. */
    readonly refused: boolean
    readonly detail: string
    readonly exchanges: readonly number[]
    readonly controls: readonly Control[]
  }[]
}

export interface IdInUrlEvidence {
  /** Where the carrier's actual value was seen in a URL. */
  readonly seen: readonly {
    readonly carrier: string
    readonly where: 'request-url' | 'redirect' | 'link' | 'form-action'
    /** With the value replaced by its fingerprint. */
    readonly url: string
    readonly exchange: number
  }[]
  /** The ID was sent in the URL instead of the cookie, and it worked. */
  readonly accepted: readonly {
    readonly carrier: string
    readonly form: string
    readonly seen: Observation
  }[]
  readonly pagesSearched: number
  /** Requests that carried the ID in a URL; absent in evidence of before this was counted. */
  readonly formsTried?: number
  /** Carrier sets whose values were not at hand, so that they were sent in none. */
  readonly untried?: readonly CarrierSet[]
}

export interface IdShapeEvidence {
  readonly carriers: readonly {
    readonly name: string
    /** Distinct values that were collected; more tell more about constant parts. */
    readonly samples: number
    readonly length: number
    /** 'hex', 'base64url', 'uuid-v4', 'uuid-v1', 'jwt', 'express-signed', 'sealed', 'decimal', 'alphanumeric', 'token64' and so on. */
    readonly format: string
    /** A self-contained, signed or encrypted value: bits of an ID do not apply to it. */
    readonly selfContained: boolean
    /** Upper bound of the random bits, after decoding and leaving out the constant positions. */
    readonly nominalBits: number
    readonly constantCharacters: number
    readonly duplicates: number
    /** The samples count up or follow the clock; says how, else null. */
    readonly sequence: string | null
    /** What explains the values, and whether it told the next; null where nothing does, absent where it was not tried. */
    readonly prediction?: IdPrediction | null
    /** What stands behind the ID has to be right, which no rule tells; absent where it was not tried. */
    readonly guarded?: boolean
    /** The fewest random bits that so many samples show, with 99 % confidence; absent where it was not counted. */
    readonly shownBits?: number
    /** Other carriers that have to be guessed as well. */
    readonly beside?: readonly string[]
  }[]
}

/** Formats of `<ID>.<signature>`. */
export const SIGNED_FORMATS: readonly string[] = ['signed-id', 'express-signed']
