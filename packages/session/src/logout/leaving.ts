import { endSession } from '../ending/revocation.ts'
import type { RevocationReason } from '../events/events.ts'
import { writeDeparture } from '../links/departure.ts'
import { keyOfSid, keyOfSubject, linkedTo } from '../links/link.ts'
import { type ProviderSession, providerSessionOf } from '../links/provider-session.ts'
import type { SessionContext } from '../request/context.ts'
import type { SessionRecord } from '../store.ts'

/** What a provider says is over: one session of it, or all of one subject. One of the two is there. */
export interface Departed {
  readonly issuer: string
  readonly subject?: string | undefined
  readonly sid?: string | undefined
}

// The deadline is for one operation, not for waiting behind thousands.
const endedAtOnce = 100

/** Milliseconds that the clocks of a provider and ours may be apart. */
const clockTolerance = 5 * 60_000

/**
 * Ends what came from there, and refuses what is under way; how many sessions that were. Done twice it does no harm.
 * @param at when it ended there, in milliseconds by the provider's clock: what began later is another matter
 */
export async function leave(context: SessionContext, departed: Departed, at: number): Promise<number> {
  await depart(context, departed, at)
  return endAll(context, await foundBy(context, departed, at))
}

/** Says that it is over there: no sign-in that is under way goes on. */
export async function depart(
  context: SessionContext,
  { issuer, subject, sid }: Departed,
  at: number,
): Promise<void> {
  if (sid !== undefined) await writeDeparture(context, keyOfSid(issuer, sid), at)
  else if (subject !== undefined) await writeDeparture(context, keyOfSubject(issuer, subject), at)
}

/** The sessions of a subject that began until then, as the store has them. */
export async function foundBy(
  context: SessionContext,
  { issuer, subject, sid }: Departed,
  at: number,
): Promise<SessionRecord[]> {
  const bySubject = async (isMeant: (from: ProviderSession) => boolean) =>
    subject === undefined ? [] : linkedTo(context, keyOfSubject(issuer, subject), isMeant)
  if (sid === undefined) return (await bySubject(() => true)).filter((record) => !isLater(record, at))
  const isSame = (from: ProviderSession) => subject === undefined || from.subject === subject
  const [bySid, unnamed] = await Promise.all([
    linkedTo(context, keyOfSid(issuer, sid), isSame),
    // Nobody has said which of the provider's sessions these came from: it may be this one.
    bySubject((from) => from.sid === undefined),
  ])
  return [...bySid, ...unnamed.filter((record) => !isLater(record, at))]
}

export async function endAll(
  context: SessionContext,
  records: readonly SessionRecord[],
  reason: RevocationReason = 'provider',
): Promise<number> {
  let count = 0
  for (let from = 0; from < records.length; from += endedAtOnce) {
    const batch = records.slice(from, from + endedAtOnce)
    const ended = await Promise.all(batch.map((record) => endSession(context, record, reason)))
    count += ended.filter(Boolean).length
  }
  return count
}

/** Whether a session began after that: what is told late must not end what came since. */
export function isLater(record: SessionRecord, at: number): boolean {
  const iat = providerSessionOf(record)?.iat
  // Whole seconds of one clock, or milliseconds of two.
  if (iat !== undefined) return Math.floor(iat) * 1000 > at
  return (record.authenticatedAt ?? 0) > at + clockTolerance
}
