import { Session } from '../../../session.ts'
import type { Sessions } from '../../../sessions.ts'
import type { SessionRecord } from '../../../store.ts'
import type { View } from '../running/action.ts'
import { policies } from '../settings.ts'
import type { Deed } from '../step.ts'

export const privilege = 'manage'

/** Where a deed happens. */
export interface Scene {
  readonly sessions: Sessions
  readonly userIds: readonly string[]
  /** Waits for the schedule. */
  pause(): Promise<void>
  leaveHead(): void
  watch(signal: AbortSignal): void
}

/** When its change was made: not before `from`, not after `until`, to this record. */
export interface Moment {
  readonly from: number
  readonly until: number
  readonly record: SessionRecord
}

/** What a deed is to the laws. */
interface DeedLaw<Of extends Deed> {
  /**
   * - `write`: changes values; starts a session for a visitor
   * - `rotation`: changes what the session may do, under a new secret; needs a session
   * - `login`: the same, or starts one
   * - `logout`, and `none` for what changes nothing of its own session
   */
  readonly kind: 'write' | 'rotation' | 'login' | 'logout' | 'none'
  perform(session: Session, deed: Of, scene: Scene): Promise<unknown>
  /** Keys of the data that it may change; those that the library keeps for itself are not asked. */
  keys?(deed: Of): readonly string[]
  /** What is seen of the session afterwards. */
  change?(view: View, deed: Of, moment: Moment): View
}

export const deedLaws: { readonly [Name in Deed['do']]: DeedLaw<Extract<Deed, { do: Name }>> } = {
  set: {
    kind: 'write',
    perform: (session, { key, value }) => session.set(key, value),
    keys: ({ key }) => [key],
    change: (view, { key, value }) => ({ ...view, data: { ...view.data, [key]: value } }),
  },
  unset: {
    kind: 'write',
    perform: (session, { key }) => session.delete(key),
    keys: ({ key }) => [key],
    change(view, { key }) {
      const { [key]: _, ...data } = view.data
      return { ...view, data }
    },
  },
  count: {
    kind: 'write',
    perform: (session) => session.update('count', (count) => Number(count ?? 0) + 1),
    keys: () => ['count'],
    change: (view) => ({ ...view, data: { ...view.data, count: (view.data.count ?? 0) + 1 } }),
  },
  csrf: {
    kind: 'write',
    async perform(session) {
      const token = await session.csrfToken()
      session.verifyCsrfToken(token)
      return token
    },
  },
  login: {
    kind: 'login',
    perform: (session, { user, policy, methods }, { userIds }) =>
      session.login(userIds[user] ?? '', { methods, ...(policy && { policy }) }),
    change: (view, { methods }) => ({ ...view, methods, privilege: null, epoch: view.epoch + 1 }),
  },
  reauthenticate: {
    kind: 'rotation',
    perform: (session, { methods }) => session.reauthenticate({ methods }),
    change: (view, { methods }) => ({ ...view, methods, privilege: null, epoch: view.epoch + 1 }),
  },
  elevate: {
    kind: 'rotation',
    perform: (session, { for: duration, policy }) =>
      session.elevate(privilege, { for: duration, ...(policy && { policy }) }),
    change(view, { for: duration }, { from, until, record }) {
      const { absoluteTimeout } = policies[record.policy as keyof typeof policies]
      const end = (record.authenticatedAt ?? record.createdAt) + absoluteTimeout
      const lasts = { from: Math.min(from + duration, end), until: Math.min(until + duration, end) }
      return { ...view, privilege: lasts }
    },
  },
  drop: {
    kind: 'rotation',
    perform: (session, { policy }) => session.drop(privilege, policy ? { policy } : {}),
    change: (view) => ({ ...view, privilege: null }),
  },
  regenerate: {
    kind: 'rotation',
    perform: (session) => session.regenerate(),
    change: (view) => view,
  },
  logout: { kind: 'logout', perform: (session) => session.logout() },
  revokeOthers: {
    kind: 'none',
    async perform(session, _, { sessions }) {
      const { userId, sid } = session
      if (userId !== null) await sessions.revokeUser(userId, { except: sid })
    },
  },
  head: {
    kind: 'none',
    // Not before what the request has called is over: so do adapters, and who sends a head by himself must.
    async perform(session, _, { leaveHead }) {
      for (let pending = Session.settled(session); pending; pending = Session.settled(session)) await pending
      leaveHead()
    },
  },
  watch: {
    kind: 'none',
    async perform(session, _, { watch }) {
      watch(session.signal)
    },
  },
  pause: { kind: 'none', perform: (_, __, { pause }) => pause() },
}

/** The law of a deed, with the deed's own type forgotten. */
export function lawOf(deed: Deed): DeedLaw<Deed> {
  return deedLaws[deed.do] as DeedLaw<Deed>
}

/** The policy that a deed names. */
export function policyNamedBy(deed: Deed): string | null {
  return 'policy' in deed ? deed.policy : null
}
