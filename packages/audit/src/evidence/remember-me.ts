import type { PasswordChangeEvidence, SavedReplay } from './authentication.ts'
import type { CarrierEvidence } from './carrier.ts'
import {
  type CarrierSet,
  type Control,
  controlShape,
  type Observation,
  observationShape,
} from './observation.ts'
import { flag, list, number, object, orNull, type Shape, text } from './shape.ts'

/** What a ticked "remember me" gives, and what ends it. Plain JSON, as all evidence. */
export interface RememberMeEvidence {
  /** Carrier sets that only such a login gives; empty where there are none, see `none`. */
  readonly sets: readonly CarrierSet[]
  readonly none: string | null
  /** Each of them, saved before the logout and sent alone from a clean client after it. Null: see `noLogout`. */
  readonly afterLogout: readonly SavedReplay[] | null
  readonly noLogout: string | null
  /** The same of another browser after a change of the password. Null where none was made. */
  readonly afterPasswordChange: {
    readonly replays: readonly SavedReplay[]
    /** How it was when the user took the choice to end them; null where there is no such choice, or it was not tried. */
    readonly taken: readonly SavedReplay[] | null
    readonly choice: Pick<NonNullable<PasswordChangeEvidence['choice']>, 'field' | 'preset'> | null
    readonly offer: string | null
    readonly controls: readonly Control[]
  } | null
  /** How long a browser keeps it, as its Set-Cookie says; null for as long as the browser runs. */
  readonly lifetimeSeconds: number | null
  /** Sent alone twice. Null where no remembered session was alive any more. */
  readonly use: {
    readonly first: Observation
    /** The first answer gave it another value. */
    readonly renewed: boolean
    /** The earlier value once more. */
    readonly again: Observation
  } | null
  /** Those of the logout. */
  readonly controls: readonly Control[]
}

/** Whether nothing but a ticked box gives what is in this set. */
export function isOfRememberMe(
  set: CarrierSet,
  { remembered = [] }: Pick<CarrierEvidence, 'remembered'>,
): boolean {
  return set.length > 0 && set.every((name) => remembered.includes(name))
}

const controls = list(controlShape)
const replays = list(object({ set: list(text), afterMs: number, seen: observationShape }))

export const rememberMeShape: Shape = object({
  sets: list(list(text)),
  none: orNull(text),
  afterLogout: orNull(replays),
  noLogout: orNull(text),
  afterPasswordChange: orNull(
    object({
      replays,
      taken: orNull(replays),
      choice: orNull(object({ field: text, preset: flag })),
      offer: orNull(text),
      controls,
    }),
  ),
  lifetimeSeconds: orNull(number),
  use: orNull(object({ first: observationShape, renewed: flag, again: observationShape })),
  controls,
})
