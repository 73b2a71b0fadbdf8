import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import { reservedPrefix } from '../record/values/json.ts'
import { isStorable } from '../record/values/stored-text.ts'
import type { SessionRecord } from '../store.ts'

/** The session at an identity provider that a sign-in came from, as the ID Token has it. */
export interface ProviderSession {
  /** Who says so (claim `iss`). */
  readonly issuer: string
  /** Whom (claim `sub`). */
  readonly subject: string
  /** The provider's own session (claim `sid`). Left out, an end of that one session there is the end of all of them here. */
  readonly sid?: string | undefined
  /**
   * When the ID Token was issued, in its seconds (claim `iat`): one from before the provider ended all sessions of the
   * subject then signs nobody in, however late it comes. Without it, that is known of sign-ins under way alone.
   */
  readonly iat?: number | undefined
}

/** In the clear where sessions are sealed too, like user ids: what ends from outside is found without any cookie. */
const providerKey = `${reservedPrefix}from`

const longest = 2048

/** @throws SessionError `provider_session_invalid` */
export function assertProviderSession(from: ProviderSession): void {
  refuseUnknown('login.from', from, { issuer: true, subject: true, sid: true, iat: true })
  const { issuer, subject, sid, iat } = from
  const isText = (text: unknown) =>
    typeof text === 'string' && text !== '' && text.length <= longest && isStorable(text)
  const isTime = iat === undefined || (Number.isFinite(iat) && iat < 1e11)
  if (isText(issuer) && isText(subject) && (sid === undefined || isText(sid)) && isTime) return
  throw new SessionError(
    'provider_session_invalid',
    'login needs from: { issuer, subject, sid, iat } as the claims iss, sub, sid and iat of the ID Token have them.',
  )
}

/** Where the record's session came from; null for one of the application's own sign-in, and for one that nobody can read. */
export function providerSessionOf(record: Pick<SessionRecord, 'data'>): ProviderSession | null {
  const text = textOf(record)
  if (text === undefined) return null
  const [issuer, subject, sid, iat] = JSON.parse(text) as [string, string, string | null, number | null]
  return { issuer, subject, ...(sid !== null && { sid }), ...(iat !== null && { iat }) }
}

// Values that are no JSON end their session as soon as somebody looks (`endUnreadable`): that must not stop at this look.
function textOf(record: Pick<SessionRecord, 'data'>): string | undefined {
  try {
    return record.data[providerKey]
  } catch {
    return undefined
  }
}

/** What a sign-in writes of where it came from, and removes of where the one before did. */
export function providerChange(record: SessionRecord | null, from: ProviderSession | undefined) {
  if (!from) return { set: {}, unset: record?.data[providerKey] === undefined ? [] : [providerKey] }
  const { issuer, subject, sid = null, iat = null } = from
  return { set: { [providerKey]: JSON.stringify([issuer, subject, sid, iat]) }, unset: [] }
}
