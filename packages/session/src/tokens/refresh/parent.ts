import { expiryOf, isTouchDue } from '../../policies/policy.ts'
import type { SessionContext } from '../../request/context.ts'
import { isUsers, type Live } from '../issue/live-subject.ts'
import type { Presented } from './presented.ts'

// Each time, another request has changed the session just then.
const mostAttempts = 4

/**
 * The session that a refresh token came from, as the store itself has it, with this as its latest use; null where it is
 * over.
 * @throws SessionError `store_unavailable`
 */
export async function usedParent(
  context: SessionContext,
  { note, record: child, since }: Presented,
): Promise<Live | null> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const at = context.now()
    const stored = await context.read(note.parent, { fresh: true }, since)
    const record = stored && context.clock.settled(stored, at)
    if (!record || !isUsers(record) || record.userId !== child.userId || !context.isLive(record)) return null
    const policy = context.policies.of(record)
    if (record === stored && !isTouchDue(record, policy, at)) return { record, at }
    const fields = { lastSeenAt: at, expiresAt: expiryOf({ ...record, lastSeenAt: at }, policy) }
    // Guarded: with another secret it may live under another policy.
    const guard = { secretHash: record.secretHash }
    if (await context.update(record.sid, { fields, guard, owner: record.userId }, since))
      return { record: { ...record, ...fields }, at }
  }
  return null
}
