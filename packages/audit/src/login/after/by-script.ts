import type { Answer } from '../../network/http.ts'
import type { Asked, AskedKind } from './kinds.ts'

const FACTOR = /mfa|2fa|tfa|otp|(?:two|second|multi)[-_ ]?(?:factor|step)/i
const PASSWORD = /pass(?:word|wd)/i
/** That it is wanted now, and not that the account has it. */
const WANTED = /required?|needed|pending|challenge|expired|must|force/i

const NEXT = /^(?:status|state|next|next_?step|step|stage|challenge(?:_?name)?|action|code|reason|type)$/i

/** What the answer to a script's login says that is still wanted. */
export function askedByScript({ headers, body, url, status }: Answer): Asked | null {
  if (status >= 400 || !/json/i.test(headers['content-type'] ?? '')) return null
  let data: unknown
  try {
    data = JSON.parse(body)
  } catch {
    return null
  }
  const inner = (data as { data?: unknown } | null)?.data
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
