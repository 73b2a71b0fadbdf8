import { refuseUnknown } from '../known-options.ts'
import { authenticationChange } from '../policies/assurance.ts'
import type { LoginOptions } from '../policies/login-options.ts'
import { authenticatedFields } from '../policies/policy-fields.ts'
import { assertUserId } from '../record/user-id.ts'
import type { Handle } from '../request/handle.ts'
import type { SessionRecord } from '../store.ts'
import { joinSignIn, rotate } from './rotation.ts'
import { startSession } from './start.ts'

/**
 * Signs a user in: into the request's session under a new secret, into the one that another sign-in of the same click has
 * made, or into a fresh one. Never fails because of a race.
 */
export async function signIn(handle: Handle, userId: string, options: LoginOptions): Promise<void> {
  refuseUnknown('session.login', options, { policy: true, methods: true })
  const { policy, methods = [] } = options
  assertUserId(userId)
  const { record, context, lost } = handle
  if (policy !== undefined) context.policies.named(policy)
  handle.assertCanAnswer()
  const isAnothers = record !== null && record.userId !== null && record.userId !== userId
  // Who brings a replaced secret of this user held that session: it has another holder, or nobody holds it.
  const wasOwn = lost?.wasReplaced && lost.record.userId === userId
  const replaces = isAnothers ? record : wasOwn ? lost.record : null
  const at = await context.limit?.before(userId, (replaces ?? record)?.sid ?? null)
  const changeOf = (of: SessionRecord) => ({
    fields: authenticatedFields(context, of, userId, { policy, at }),
    ...authenticationChange(of, methods),
  })
  if (record && !isAnothers && (await handle.stillLive(record))) {
    if (await rotate(handle, 'login', changeOf(record))) return
  }
  if ((record || lost) && !replaces && (await joinSignIn(handle, userId, changeOf))) return
  const { set: data } = authenticationChange(null, methods)
  const start = { userId, policy, data, replaces }
  await startSession(handle, at === undefined ? start : { ...start, authenticatedAt: at })
}
