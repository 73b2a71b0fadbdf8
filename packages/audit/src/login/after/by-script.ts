import type { Answer } from '../../network/http.ts'
import { jsonOf } from '../../network/json.ts'
import type { Asked, AskedKind } from './kinds.ts'

const FACTOR = /mfa|2fa|tfa|otp|(?:two|second|multi)[-_ ]?(?:factor|step)/i
const PASSWORD = /pass(?:word|wd)/i
/** That it is wanted now, and not that the account has it. */
const WANTED = /required?|needed|pending|challenge|expired|must|force/i

const NEXT = /^(?:status|state|next|next_?step|step|stage|challenge(?:_?name)?|action|code|reason|type)$/i

/** What the answer to a script's login says that is still wanted. */
export function askedByScript(answer: Answer): Asked | null {
  const { url, status } = answer
  const data = status >= 400 ? null : jsonOf(answer)
  const inner = (data as { data?: unknown } | null | undefined)?.data
  const kind = wantedBy(data) ?? wantedBy(inner)
  return kind && { kind, url, form: null, button: null, fields: [], isCertain: true, confirm: null }
}

function wantedBy(data: unknown): AskedKind | null {
  if (typeof data !== 'object' || data === null) return null
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'string' && /^(?:mfa|2fa|tfa|otp|two_?factor)[-_]?token$/i.test(name))
      return 'one-time-code'
    // A member that is true, or a word for what comes next.
    const says = value === true ? name : typeof value === 'string' && value.length <= 40 ? value : ''
    if (typeof value === 'string' && !NEXT.test(name)) continue
    const isWanted = WANTED.test(says) || /challenge|step|stage/i.test(name)
    if (FACTOR.test(says) && isWanted) return 'one-time-code'
    if (PASSWORD.test(says) && isWanted) return 'new-password'
  }
  return null
}
