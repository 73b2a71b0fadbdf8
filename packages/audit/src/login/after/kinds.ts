import type { Button, Field, Form } from '../../network/pages/form.ts'
import type { Submission } from '../form/fill-form.ts'

export type AskedKind = 'one-time-code' | 'new-password' | 'choice' | 'other-session' | 'terms' | 'continue'

/** What a page asks for after the password. */
export interface Asked {
  readonly kind: AskedKind
  readonly url: URL
  /** The form it is given with, and the button that sends it; null for a link, and where only a script asks. */
  readonly form: Form | null
  readonly button: Button | null
  /** What must be filled in, in order. */
  readonly fields: readonly Field[]
  /** There is little else on the page: it is there to ask. Else only behaviour shows that nobody gets past it. */
  readonly isCertain: boolean
  /** What confirms it where there is nothing to fill in; null where something is needed. */
  readonly confirm: Submission | null
}
