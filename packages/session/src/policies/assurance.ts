import { csrfKey } from '../csrf/csrf-token.ts'
import { SessionError } from '../errors.ts'
import { reservedPrefix } from '../record/values/json.ts'
import type { SessionRecord } from '../store.ts'
import { type Duration, parseDuration } from './duration.ts'

// How sure one may be of the user lives in the record's data, so that it changes in the same atomic step as the
// secret and no store has to know of it. Keys that start like these are refused to applications.
const methodsKey = `${reservedPrefix}amr`
const privilegePrefix = `${reservedPrefix}privilege:`

/** Says that somebody else may be using the session, until the user authenticates again. */
export const suspicionKey = `${reservedPrefix}suspicion`

/** What a sign-in writes: how the user authenticated, and no privilege, CSRF token or suspicion of before it. */
export function authenticationChange(record: SessionRecord | null, methods: readonly string[]) {
  const known = Object.keys(record?.data ?? {})
  const outdated = known.filter((key) => key.startsWith(privilegePrefix) || key === methodsKey)
  const set: Record<string, string> = methods.length === 0 ? {} : { [methodsKey]: JSON.stringify(methods) }
  // The others change with the secret alone. These may have come since this request read the session.
  return { set, unset: [...outdated.filter((key) => !(key in set)), csrfKey, suspicionKey] }
}

/** How the user authenticated last, in the words of RFC 8176 (`pwd`, `otp`, `hwk`, …). */
export function methodsOf(record: SessionRecord | null): readonly string[] {
  const text = record?.data[methodsKey]
  return text === undefined ? [] : JSON.parse(text)
}

/** @param until milliseconds since the epoch */
export function grant(privilege: string, until: number) {
  return { set: { [privilegePrefix + privilege]: String(until) } }
}

/** Keys of the privileges that a record grants. */
export function privilegesOf(record: SessionRecord): string[] {
  return Object.keys(record.data).filter((key) => key.startsWith(privilegePrefix))
}

export function withdraw(privilege: string) {
  return { unset: [privilegePrefix + privilege] }
}

export function hasPrivilege(record: SessionRecord | null, privilege: string, now: number): boolean {
  const until = record?.data[privilegePrefix + privilege]
  return until !== undefined && now < Number(until) && !isSuspect(record)
}

/**
 * @throws SessionError `reauthentication_required`, with the challenge of RFC 9470 section 3, when the user did not
 *   authenticate within `maxAge` (ASVS 7.5.1), or not since another client used the session
 */
export function requireFresh(record: SessionRecord | null, maxAge: Duration, now: number): void {
  const age = parseDuration(maxAge, 'requireFresh')
  const authenticatedAt = record?.authenticatedAt ?? null
  if (authenticatedAt !== null && now - authenticatedAt <= age && !isSuspect(record)) return
  throw new SessionError(
    'reauthentication_required',
    'The user must authenticate again for this: ask for the password, then call session.reauthenticate().',
    { challenge: `Session error="insufficient_user_authentication", max_age="${Math.floor(age / 1000)}"` },
  )
}

function isSuspect(record: SessionRecord | null): boolean {
  return record?.data[suspicionKey] !== undefined
}

/**
 * @param refused called before it throws
 * @throws SessionError `privilege_required`
 */
export function requirePrivilege(
  record: SessionRecord | null,
  privilege: string,
  now: number,
  refused: () => void,
): void {
  if (hasPrivilege(record, privilege, now)) return
  refused()
  throw new SessionError(
    'privilege_required',
    `This needs the privilege ${JSON.stringify(privilege)}, which session.elevate() grants for a time.`,
    { challenge: 'Session error="insufficient_user_authentication"' },
  )
}
