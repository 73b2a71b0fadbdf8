import type { Http } from '../../network/http.ts'
import { AuditError } from '../../options/errors.ts'
import type { LoginChoices } from '../sign-in.ts'
import { bodyTextOf, type Paused } from './paused.ts'

/** Looks at each request before it is sent. Throws AuditError for one that must not be. */
export type Gate = (paused: Paused) => void

/** What is watched for in one login. */
export interface Watch {
  readonly gate: Gate
  /** The form was sent: what changes something from now on is the login. */
  arm(): void
  /** Whether a request with the credentials has left. */
  readonly isSubmitted: boolean
}

/**
 * Sees the credentials leave: counts the login, tells what the jar held until then, and keeps the password out of an
 * address where the form did not say that it goes there (a form whose script does not work).
 */
export function watch(
  http: Http,
  password: string,
  choices: LoginChoices,
  mayBeInAddress: () => boolean,
): Watch {
  const forms = formsOf(password)
  let isArmed = false
  let isSubmitted = false
  return {
    arm: () => {
      isArmed = true
    },
    get isSubmitted() {
      return isSubmitted
    },
    gate(paused) {
      const { request, resourceType } = paused
      const holds = (text: string) => forms.some((form) => text.includes(form))
      const isInAddress = holds(request.url)
      if (isInAddress && resourceType === 'Document' && !mayBeInAddress()) {
        throw new AuditError(
          'sign_in_failed',
          'the page’s script did not take the form, and a browser would have put the password into the address: nothing was sent',
        )
      }
      const isFirst = isArmed && !isSubmitted && request.method !== 'GET'
      if (!isInAddress && !isFirst && !holds(bodyTextOf(paused))) return
      http.spendLogin()
      if (!isSubmitted) choices.beforeSubmit?.()
      isSubmitted = true
    },
  }
}

/** A password as bodies and addresses write it. */
function formsOf(password: string): string[] {
  const typed = new URLSearchParams([['', password]]).toString().slice(1)
  return [
    ...new Set([password, encodeURIComponent(password), typed, JSON.stringify(password).slice(1, -1)]),
  ].filter((form) => form !== '')
}
