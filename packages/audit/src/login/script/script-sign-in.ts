import type { Http } from '../../network/http.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { jsonSignIn } from '../json.ts'
import { type SignIn, withNext } from '../sign-in.ts'
import type { ScriptLogin } from './endpoints.ts'

/** The page's script was wrong about these: nothing is there that takes credentials. */
const NOTHING_THERE = new Set([404, 405, 501])

/**
 * Signs in as the pages' scripts seem to: the first login tries their addresses, and later ones use the one that was
 * there. Each wrong login counts against the account, so that an address which refuses ends the search.
 * @param logins the likeliest first; at least one
 */
export function scriptSignIn(http: Http, options: AuditOptions, logins: readonly ScriptLogin[]): SignIn {
  const [first, ...left] = logins.map((found) => jsonSignIn(http, options, found))
  if (first === undefined) throw new Error('a script login needs an address')
  let used = first
  return withNext(first, async (error) => {
    const isWrong = error instanceof AuditError && error.code === 'sign_in_failed'
    const next = isWrong && NOTHING_THERE.has(answerTo(http, used.action)) ? left.shift() : undefined
    used = next ?? used
    return next ?? null
  })
}

/** The status with which the last credentials that were sent there were answered; 0 for none. */
export function answerTo(http: Http, { href }: URL): number {
  return http.answers.findLast(({ method, url }) => method === 'POST' && url.href === href)?.status ?? 0
}
