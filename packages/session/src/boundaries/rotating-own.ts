import type { Handle } from '../request/handle.ts'
import { ended, overUnderPolicy, superseded } from '../request/lost-session.ts'
import type { SessionRecord } from '../store.ts'
import { type RotationChange, type RotationReason, rotate } from './rotation.ts'

/**
 * Changes what a request's own session may do, under a new secret.
 * @throws SessionError `session_ended` for a visitor, `session_superseded`, `answer_started`, and
 *   `reauthentication_required` where the session would be over under its new policy; nothing has changed then
 */
export async function rotateOwn(
  handle: Handle,
  reason: RotationReason,
  changeOf: (record: SessionRecord) => RotationChange,
): Promise<void> {
  const { record, lost, context } = handle
  if (!record && lost) throw superseded()
  if (!record || (reason !== 'regenerate' && record.userId === null)) throw ended()
  const change = changeOf(record)
  handle.assertCanAnswer()
  await handle.assertLive(record)
  if ((change.fields?.expiresAt ?? Number.POSITIVE_INFINITY) <= context.now()) throw overUnderPolicy()
  if (!(await rotate(handle, reason, change))) throw superseded()
}
