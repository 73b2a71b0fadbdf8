import { readClients } from '../clients/client-record.ts'
import type { Exchange } from '../exchange.ts'
import { parentOf } from '../record/refresh-token.ts'
import type { SessionContext } from '../request/context.ts'
import type { SessionRecord } from '../store.ts'
import { endSession, endSessionsOf } from './revocation.ts'

/**
 * Somebody kept a copy of a secret that was replaced and used since: whoever they are, neither goes on. A refresh token
 * takes the session with it that it came from, and so the access tokens of both.
 * @returns false when the session got another secret meanwhile, so that it has to be looked at again
 */
export async function endReused(
  context: SessionContext,
  record: SessionRecord,
  exchange: Exchange,
): Promise<boolean> {
  // The others first: should the store fail in between, the next use of the replaced secret goes on with it.
  if (context.tokenReuseEnds === 'user' && record.userId !== null)
    await endSessionsOf(context, record.userId, 'reuse', record.sid)
  const parent = parentOf(record)
  if (parent) await endSession(context, parent, 'reuse')
  if (!(await context.end(record, { secretHash: record.secretHash }))) return false
  const [known = null] = readClients(record)
  const presented = context.describeClient(exchange)
  context.emit('authn_token_reuse', record, { renewedAt: record.renewedAt, known, presented })
  context.emit('session_expired', record, { reason: 'reuse' })
  return true
}
