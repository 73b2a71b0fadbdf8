import { endSession } from '../ending/revocation.ts'
import type { SessionContext } from '../request/context.ts'
import type { SessionRecord } from '../store.ts'
import { type Arrival, assertStillThere, beginArrival } from './departure.ts'
import { link, unlink } from './link.ts'
import type { ProviderSession } from './provider-session.ts'

/** What goes around the write of a sign-in's record, so that it is found by where it came from. */
export interface LinkedSignIn {
  /** Before the write. */
  before(record: SessionRecord, since: number): Promise<void>
  /**
   * After it, and before anybody gets the secret.
   * @throws SessionError `provider_session_ended`; the session is over then
   */
  after(record: SessionRecord, former: SessionRecord | null, takenAt: number): Promise<void>
}

/** @param from undefined for a sign-in of the application's own: what led to the session before is removed */
export async function linkedSignIn(
  context: SessionContext,
  from: ProviderSession | undefined,
  since: number,
): Promise<LinkedSignIn> {
  const arrival = from ? await beginArrival(context, from, since) : null
  return {
    before: (record, since) => link(context, record, since),
    async after(record, former, takenAt) {
      if (former) await unlink(context, former, record)
      if (arrival) await confirmed(context, record, arrival, takenAt)
    },
  }
}

async function confirmed(
  context: SessionContext,
  record: SessionRecord,
  arrival: Arrival,
  takenAt: number,
): Promise<void> {
  try {
    await assertStillThere(context, arrival, takenAt)
  } catch (error) {
    // Where it cannot be ended either, nobody has its secret.
    await endSession(context, record, 'provider').catch(() => false)
    throw error
  }
}
