import type { SessionContext } from '../request/context.ts'
import type { MutableFields, SessionRecord } from '../store.ts'
import { expiryOf } from './policy.ts'

/** The fields that an authentication sets: both timeouts begin again (NIST SP 800-63B-4 section 5.2). */
export function authenticatedFields(
  { policies, now: clock }: SessionContext,
  record: SessionRecord,
  userId: string,
  more: { readonly policy?: string | undefined; readonly at?: number | undefined } = {},
): Partial<MutableFields> {
  const now = clock()
  // Who signs in again keeps the policy; a visitor's was nobody's choice.
  const kept = record.userId === null ? 'default' : policies.of(record).name
  const { policy = kept, at = now } = more
  const times = { createdAt: record.createdAt, authenticatedAt: at, lastSeenAt: now }
  const expiresAt = expiryOf(times, policies.named(policy))
  return { userId, policy, authenticatedAt: at, lastSeenAt: now, expiresAt }
}

/** The fields that change with the policy; none when it stays. */
export function fieldsUnder(
  { policies, now }: SessionContext,
  record: SessionRecord,
  name: string | undefined,
): Partial<MutableFields> {
  if (name === undefined) return {}
  const lastSeenAt = now()
  return { policy: name, lastSeenAt, expiresAt: expiryOf({ ...record, lastSeenAt }, policies.named(name)) }
}
