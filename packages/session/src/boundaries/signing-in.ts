import { refuseUnknown } from '../known-options.ts'
import { linkedSignIn } from '../links/linked-sign-in.ts'
import { assertProviderSession, type ProviderSession, providerChange } from '../links/provider-session.ts'
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
  refuseUnknown('session.login', options, { policy: true, methods: true, from: true })
  const { policy, methods = [], from } = options
  assertUserId(userId)
  if (from) assertProviderSession(from)
  const { record, context, lost } = handle
  if (policy !== undefined) context.policies.named(policy)
  handle.assertCanAnswer()
  const isAnothers = record !== null && record.userId !== null && record.userId !== userId
  // Who brings a replaced secret of this user held that session: it has another holder, or nobody holds it.
  const wasOwn = lost?.wasReplaced && lost.record.userId === userId
  const replaces = isAnothers ? record : wasOwn ? lost.record : null
  const at = await context.limit?.before(userId, (replaces ?? record)?.sid ?? null)
  const linked = await linkedSignIn(context, from, handle.since)
  const changeOf = (of: SessionRecord) => ({
    fields: authenticatedFields(context, of, userId, { policy, at }),
    ...signInChange(of, methods, from),
    linked,
  })
  if (record && !isAnothers && (await handle.stillLive(record))) {
    if (await rotate(handle, 'login', changeOf(record))) return
  }
  if ((record || lost) && !replaces && (await joinSignIn(handle, userId, changeOf))) return
  const { set: data } = signInChange(null, methods, from)
  const start = { userId, policy, data, replaces, linked }
  await startSession(handle, at === undefined ? start : { ...start, authenticatedAt: at })
}

/** What is known of the user from now on, and of nothing before. */
function signInChange(
  record: SessionRecord | null,
  methods: readonly string[],
  from: ProviderSession | undefined,
) {
  const authentication = authenticationChange(record, methods)
  const provider = providerChange(record, from)
  return {
    set: { ...authentication.set, ...provider.set },
    unset: [...authentication.unset, ...provider.unset],
  }
}
