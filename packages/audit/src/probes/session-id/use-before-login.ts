import type { FixationTrial } from '../../evidence/evidence.ts'
import { BrowserJar, type Credential } from '../../network/cookies/jar.ts'
import { AuditError } from '../../options/errors.ts'
import type { ProbeContext } from '../context.ts'
import { sameShape } from '../value.ts'
import { heldBefore } from './first-ids.ts'
import { scopeOf } from './fixation.ts'

/**
 * Whether an ID that was never issued is in use before the login: with one planted the login was accepted, on the
 * token of the page that it was opened with. Here the page is opened with such an ID too, and the form is sent with
 * another, all else being the same: a login that is refused now knew the first. Gives
 * the exchanges that show it.
 */
export async function useBefore(
  context: ProbeContext,
  credential: Credential,
  accepted: FixationTrial,
): Promise<readonly number[] | null> {
  const { login } = context.signIn
  const { names, keptUntilLogin, controls } = accepted
  if (login === null || !keptUntilLogin || names.length > 1 || !controls.every(({ held }) => held))
    return null
  const jar = new BrowserJar()
  const name = credential.sentAs ?? credential.name
  const plant = (value: string) =>
    jar.plant(context.oracle.url, name, value, scopeOf(context, credential.name))
  const first = sameShape(credential.value)
  plant(first)
  let kept = false
  try {
    await login(jar, {
      beforeSubmit: () => {
        kept = heldBefore(context, jar).some(({ value }) => value === first)
        plant(sameShape(credential.value))
      },
    })
  } catch (error) {
    if (!(error instanceof AuditError) || error.code !== 'sign_in_failed') throw error
  }
  const answer = context.http.answers.at(-1)
  // A site that fails, or asks to come back later, has not refused the ID.
  if (!kept || answer === undefined || answer.status >= 500 || answer.status === 429) return null
  const seen = await context.oracle.observe(jar, 'signed-in')
  return seen.state === 'anonymous' ? [answer.exchange, seen.exchange] : null
}
