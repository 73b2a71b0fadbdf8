import { recordsOf } from '../ending/revocation.ts'
import type { RevocationReason } from '../events/events.ts'
import { suspicionKey } from '../policies/assurance.ts'
import { isRefreshToken } from '../record/refresh-token.ts'
import type { SessionContext } from '../request/context.ts'
import type { SessionRecord } from '../store.ts'
import { type Departed, depart, endAll, foundBy, isLater, leave } from './leaving.ts'
import type { SignalSubject, SubjectIdentifier } from './subject.ts'

/**
 * Which user of the application somebody is, of a subject that no session was signed in as (an email address, for instance);
 * null for nobody.
 */
export type UserOf = (subject: SubjectIdentifier) => string | null | Promise<string | null>

/** What a signal says of its time and its sender. */
export interface Told {
  /** Who tells, which is who a subject without an issuer is of. */
  readonly issuer: string
  /** When it happened there, in milliseconds. */
  readonly at: number
  readonly userOf: UserOf | undefined
}

/** Whom a signal concerns here: somebody at the provider, or a user of the application. */
type Concerned = { readonly departed: Departed } | { readonly userId: string } | null

async function concernedBy(subject: SignalSubject, { issuer, userOf }: Told): Promise<Concerned> {
  const { user, sid } = subject
  const named = sid === null ? {} : { sid }
  if (user === null) return sid === null ? null : { departed: { issuer, sid } }
  // A provider speaks of its own subjects alone: `iss` of another one is left to the application.
  if (user.format === 'iss_sub' && user.iss === issuer)
    return { departed: { issuer, subject: String(user.sub), ...named } }
  const userId = (await userOf?.(user)) ?? null
  if (userId !== null) return sid === null ? { userId } : { departed: { issuer, sid } }
  // `opaque` alone is what both sides have agreed on: a session there, or a subject.
  return user.format === 'opaque' && sid === null ? { departed: { issuer, sid: String(user.id) } } : null
}

/** CAEP session-revoked: the session there, or all of its user; null where nobody is known by that name. */
export async function revokeSignalled(
  context: SessionContext,
  subject: SignalSubject,
  told: Told,
): Promise<number | null> {
  const concerned = await concernedBy(subject, told)
  if (concerned === null) return null
  if ('userId' in concerned) return endUntil(context, concerned.userId, told.at, 'provider')
  return leave(context, concerned.departed, told.at)
}

/**
 * CAEP credential-change: the session that it was made in stays, and must authenticate again before what matters; all others
 * of before end. Where the signal names no session, none is known to be the user's own.
 */
export async function changeCredential(
  context: SessionContext,
  subject: SignalSubject,
  told: Told,
): Promise<number | null> {
  const concerned = await concernedBy(subject, told)
  if (concerned === null) return null
  if ('userId' in concerned) return endUntil(context, concerned.userId, told.at, 'factor-changed')
  const { issuer, subject: name, sid } = concerned.departed
  const kept = sid === undefined ? [] : await foundBy(context, { issuer, sid, subject: name }, told.at)
  await Promise.all(kept.map((record) => suspect(context, record)))
  if (name === undefined) return 0
  const all = { issuer, subject: name }
  await depart(context, all, told.at)
  const others = (await foundBy(context, all, told.at)).filter(
    (record) => !kept.some((each) => each.sid === record.sid),
  )
  return endAll(context, others, 'factor-changed')
}

/** Ends the sessions of a user that began until then; refresh tokens go with theirs. */
async function endUntil(
  context: SessionContext,
  userId: string,
  at: number,
  reason: RevocationReason,
): Promise<number> {
  const records = await recordsOf(context, userId)
  const doomed = records.filter((record) => !isRefreshToken(record) && !isLater(record, at))
  return endAll(context, doomed, reason)
}

/** `requireFresh` fails and privileges rest, until the user authenticates again. */
async function suspect(context: SessionContext, { sid, userId }: SessionRecord): Promise<void> {
  await context.update(sid, { set: { [suspicionKey]: String(context.now()) }, owner: userId })
}
