import type { IncomingMessage } from 'node:http'
import type { Handle } from '../../request/handle.ts'
import { ended } from '../../request/lost-session.ts'
import type { MintedToken } from '../../secret/token.ts'
import type { Session as LatchkeySession } from '../../session.ts'
import { type Change, changeOf, type Texts } from '../changed-values.ts'
import type { SessionObject } from '../session-object.ts'
import { Cookie } from './cookie.ts'
import { cookieKey, noteOf } from './cookie-note.ts'
import type { SessionCookieOut } from './cookie-out.ts'
import { refusesSecure } from './secure-request.ts'
import { longPolicy, refuse, type Settings } from './settings.ts'

/** How a request and its session stand to each other. */
export interface Standing {
  readonly req: IncomingMessage
  readonly settings: Settings
  readonly session: LatchkeySession
  readonly handle: Handle
  readonly out: SessionCookieOut
  /** The ID that the session has, or will have. */
  readonly id: string
  /** Of which `id` is a part, where there is no record yet. */
  token: MintedToken | null
  /** The record that the session object was read from, or saved to; null for none. */
  sid: string | null
  /** The values as the record has them. */
  before: Texts
  /** Who is signed in by these values. */
  user: string | null
  readonly isAskedFor: boolean
  isOver: boolean
  textsOf(session: SessionObject): Texts
  end(reason: 'replaced' | 'idle'): Promise<void>
}

/** What a request leaves to be done. */
export type Plan =
  | { readonly type: 'end'; readonly cookie: Cookie | null }
  | {
      readonly type: 'save'
      readonly cookie: Cookie
      readonly texts: Texts
      readonly change: Change | null
      readonly note: string | null
      readonly policy: string
      readonly userId: string | null
      /** Whether the browser is to be given its cookie again. */
      readonly isReissued: boolean
    }

/**
 * @param session null where the application has taken it away
 * @throws SessionError `value_not_json` for values, `config_invalid` for a cookie that cannot be kept
 */
export function planOf(standing: Standing, session: SessionObject | null): Plan | null {
  if (standing.isOver) return null
  if (!session) return planWithout(standing)
  const { cookie } = session
  if (!(cookie instanceof Cookie))
    refuse(
      'req.session.cookie is no Cookie any more. Set its maxAge or expires, or write new session.Cookie({ … }).',
    )
  session.touch()
  const { handle, settings, before } = standing
  const { record } = handle
  const now = handle.context.now()
  // A date that is none ends it too: asked this way round.
  if (cookie.expires && !(now < cookie.expires.getTime())) return { type: 'end', cookie }
  const texts = standing.textsOf(session)
  const change = changeOf(before, texts)
  if (record?.sid !== standing.sid && standing.sid !== null) {
    // Another API has ended the session in this request: its values have ended with it.
    if (!record) return null
    // It has begun another one, of which this object is not.
    if (change) throw ended()
    return null
  }
  const fresh = settings.cookieFor(standing.req)
  const note = noteOf(cookie, fresh)
  const common = {
    type: 'save',
    cookie,
    texts,
    change,
    note: note?.text ?? null,
    policy: record && !isOurs(record.policy) ? record.policy : policyOf(cookie, fresh, settings),
    userId: userOf(session, settings),
  } as const
  if (!record) {
    if (!change && !standing.isAskedFor) return null
    return isWithheld(standing, cookie) ? null : { ...common, isReissued: false }
  }
  const stored = record.data[cookieKey]
  const isChanged = (note?.fixed ?? null) !== fixedOf(stored)
  const isRolled = settings.rolling && !standing.out.isDone
  const isReissued = isRolled || isChanged || (cookie.maxAge !== null && change !== null)
  const isDue = change || isChanged || isMoved(stored, note?.text, cookie)
  const isElse = common.policy !== record.policy
  if (!isDue && !isElse && !isUserChanged(standing, common.userId) && !isReissued) return null
  return { ...common, isReissued }
}

function planWithout(standing: Standing): Plan | null {
  const { settings, handle } = standing
  if (settings.unset === 'keep') return null
  if (settings.unset === 'destroy') return handle.record ? { type: 'end', cookie: null } : null
  return refuse(
    "req.session was taken away. Say what that means by session({ unset: 'destroy' }), which ends the session, or " +
      "'keep', which leaves it as it was; or call req.session.destroy().",
  )
}

const day = 86_400_000

/** @throws SessionError `config_invalid` */
function policyOf({ originalMaxAge }: Cookie, fresh: Cookie, { idle, longest }: Settings): string {
  if (originalMaxAge === null || originalMaxAge === fresh.originalMaxAge || originalMaxAge <= idle)
    return 'default'
  if (longest !== null && originalMaxAge <= longest) return longPolicy
  const least = `${Math.ceil(originalMaxAge / day)}d`
  return refuse(
    `a session's cookie.maxAge of ${originalMaxAge} ms is longer than ${longest === null ? 'sessions live' : 'longestMaxAge'}. ` +
      `Write longestMaxAge: '${least}', the longest that the application gives any of them.`,
  )
}

function isOurs(policy: string): boolean {
  return policy === 'default' || policy === longPolicy
}

/** Who is signed in by the values of a session; null where nobody is, or the application does not say. */
export function userOf(values: object, { userId }: Settings): string | null {
  const user = userId?.(values)
  return user === undefined || user === null || user === '' ? null : String(user)
}

/**
 * Whether the values sign somebody in, or out. Where they have named nobody before, another API may have: that sign-in
 * stays.
 */
export function isUserChanged({ handle, user }: Standing, userId: string | null): boolean {
  return userId === null ? user !== null : userId !== handle.record?.userId
}

/** As with express-session; nothing is stored then, since nobody could ever come back to it. */
function isWithheld({ req, settings, handle }: Standing, { secure }: Cookie): boolean {
  if (secure !== true || !settings.withholds(req) || !refusesSecure(req, settings.proxy)) return false
  handle.context.warn(
    'latchkey: the session cookie is Secure and this request came over plain http as far as this server can see, so ' +
      "nothing was stored. Behind a proxy that ends TLS write app.set('trust proxy', 1), or session({ proxy: true }).",
  )
  return true
}

function fixedOf(stored: string | undefined): string | null {
  if (stored === undefined) return null
  const { expires: _, ...fixed } = JSON.parse(stored)
  return JSON.stringify(fixed)
}

const minute = 60_000

/** Whether the moment at which the session's own time ends has moved so far that it must be written. */
function isMoved(stored: string | undefined, note: string | undefined, { originalMaxAge }: Cookie): boolean {
  if (stored === undefined || note === undefined || originalMaxAge === null) return false
  return JSON.parse(note).expires - JSON.parse(stored).expires >= Math.min(minute, originalMaxAge / 10)
}
