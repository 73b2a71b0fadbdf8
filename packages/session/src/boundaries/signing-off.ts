import type { Held } from '../request/held.ts'
import { superseded } from '../request/lost-session.ts'
import { parseToken, secretHashOf } from '../secret/token.ts'

const renewalsBetween = 3

/**
 * Ends the handle's session in the store, also where another request gave it a new secret meanwhile, as long as it is
 * the same user's: somebody who asked to be signed out must be.
 * @throws SessionError `session_superseded` where a visitor's has become a user's: nobody is signed out then
 */
export async function endOwn(handle: Held): Promise<void> {
  const { context, record, since } = handle
  if (!record) return
  // A user's session never becomes another's; a visitor's becomes a user's by a sign-in.
  if (record.userId !== null) await context.end(record, undefined, since)
  else await endVisitors(handle, record.sid, record.secretHash)
  handle.leave()
}

async function endVisitors(handle: Held, sid: string, secretHash: string): Promise<void> {
  const { context, since } = handle
  let known = secretHash
  for (let attempt = 0; attempt < renewalsBetween; attempt++) {
    if (await context.end({ sid, data: {} }, { secretHash: known }, since)) return
    const now = await handle.fresh(sid)
    if (!now) return
    if (now.userId !== null) break
    known = now.secretHash
  }
  throw superseded()
}

/**
 * Sees to it that what the request's token opened is over, although it opens nothing: an earlier logout may have been
 * refused because too few replicas had it, and a failover must not bring back what this one says is over.
 * @throws SessionError `session_superseded` where the token's session lives under another secret: nobody is signed out
 */
export async function confirmGone({ context, exchange, lost }: Held): Promise<void> {
  if (lost) throw superseded()
  const presented = context.cookie.candidates(exchange.header('cookie'))
  for (const text of presented) {
    const token = parseToken(text)
    // Guarded: who knows the sid alone ends nothing.
    if (token) await context.confirmEnded(token.sid, { secretHash: secretHashOf(text) })
  }
  if (presented.length > 0) context.clearData(exchange)
}
