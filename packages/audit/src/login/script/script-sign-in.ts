import type { Http } from '../../network/http.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { jsonSignIn } from '../json.ts'
import type { SignIn } from '../sign-in.ts'
import type { ScriptLogin } from './endpoints.ts'

/** The page's script was wrong about these: nothing is there that takes credentials. */
const NOTHING_THERE = new Set([404, 405, 501])

/**
 * Signs in as the pages' scripts seem to: the first login tries their addresses, and later ones use the one that was
 * there. Each wrong login counts against the account, so that an address which refuses ends the search.
 * @param logins the likeliest first; at least one
 */
export function scriptSignIn(http: Http, options: AuditOptions, logins: readonly ScriptLogin[]): SignIn {
  const left = logins.map((found) => jsonSignIn(http, options, found))
  const chosen = (): SignIn => {
    const [first] = left
    if (first === undefined) throw new Error('a script login needs an address')
    return first
  }
  return {
    given: null,
    offersRemember: false,
    get entry() {
      return chosen().entry
    },
    get action() {
      return chosen().action
    },
    get token() {
      return chosen().token
    },
    get evidence() {
      return chosen().evidence
    },
    async login(jar, choices) {
      for (;;) {
        try {
          const landed = await chosen().login?.(jar, choices)
          if (landed) return landed
        } catch (error) {
          const isWrong = error instanceof AuditError && error.code === 'sign_in_failed'
          const { href } = chosen().action
          const refusal = http.answers.findLast(({ method, url }) => method === 'POST' && url.href === href)
          const isMissing = NOTHING_THERE.has(refusal?.status ?? 0)
          if (!isWrong || !isMissing || left.length === 1) throw error
        }
        left.shift()
      }
    },
  }
}
