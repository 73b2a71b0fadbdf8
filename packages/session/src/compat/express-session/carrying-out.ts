import { rotate } from '../../boundaries/rotation.ts'
import { startSession } from '../../boundaries/start.ts'
import { fieldsUnder } from '../../policies/policy-fields.ts'
import { superseded } from '../../request/lost-session.ts'
import { Session as LatchkeySession } from '../../session.ts'
import { type Change, changeOf } from '../changed-values.ts'
import { cookieKey } from './cookie-note.ts'
import { isUserChanged, type Plan, type Standing } from './plan.ts'

type Save = Extract<Plan, { type: 'save' }>

/**
 * Does what a request has left to do. A change is one conditional write of the changed values, guarded by the family of
 * the request's secret: a session that has ended meanwhile, or has become somebody else's, is not written (law 2).
 * @throws SessionError as the operations of `Session`
 */
export async function carryOut(standing: Standing, plan: Plan): Promise<void> {
  if (plan.type === 'end') {
    await end(standing)
    if (plan.cookie) standing.out.remove(plan.cookie)
    return
  }
  const { handle } = standing
  const { sid } = handle.record ?? {}
  if (handle.record) await followUser(standing, plan)
  // A session that has begun anew, for another user, has none of the values that there were.
  const isSame = handle.record?.sid === sid
  if (handle.record)
    await write(standing, isSame ? plan : { ...plan, change: changeOf(new Map(), plan.texts) })
  else if (plan.texts.size > 0 || standing.isAskedFor) await start(standing, plan)
  standing.sid = handle.record?.sid ?? null
  standing.before = plan.texts
  standing.user = plan.userId
  standing.out.flush(plan.cookie)
}

async function end(standing: Standing): Promise<void> {
  if (standing.handle.record) await standing.session.logout()
  standing.isOver = true
  standing.out.flush(null)
}

/** Signs in and out as the values say. */
async function followUser(standing: Standing, { userId, policy }: Save): Promise<void> {
  if (!isUserChanged(standing, userId)) return
  if (userId === null) await standing.session.logout()
  else await standing.session.login(userId, { policy })
}

async function start(standing: Standing, { texts, note, policy, userId }: Save): Promise<void> {
  const data = { ...Object.fromEntries(texts), ...(note !== null && { [cookieKey]: note }) }
  await LatchkeySession.run(standing.session, 'save', async (handle) => {
    // A token that names a living session but not its secret starts nothing, unless a new one was asked for.
    if (handle.lost && !standing.isAskedFor) throw superseded()
    const { token } = standing
    const at = userId === null ? undefined : await handle.context.limit?.before(userId, null)
    const start = { userId, policy, data, replaces: null, ...(token && { token }) }
    await startSession(handle, at === undefined ? start : { ...start, authenticatedAt: at })
  })
  standing.token = null
}

async function write({ session, out, handle }: Standing, plan: Save): Promise<void> {
  const before = handle.record
  await LatchkeySession.run(session, 'save', async (handle) => {
    const { record, context } = handle
    if (record && record.policy !== plan.policy) {
      const fields = fieldsUnder(context, record, plan.policy)
      if (!(await rotate(handle, 'regenerate', { fields }))) throw superseded()
    }
    const patch = patchOf(plan, handle.record?.data[cookieKey])
    if (patch.set || patch.unset) await handle.write(patch)
  })
  if (plan.isReissued && handle.record?.sid === before?.sid) out.reissue(handle)
}

/** The change, with the note about the cookie. */
function patchOf({ change, note }: Save, stored: string | undefined): Change {
  const set = { ...change?.set, ...(note !== null && note !== stored && { [cookieKey]: note }) }
  const unset = [...(change?.unset ?? []), ...(note === null && stored !== undefined ? [cookieKey] : [])]
  return { ...(Object.keys(set).length > 0 && { set }), ...(unset.length > 0 && { unset }) }
}
