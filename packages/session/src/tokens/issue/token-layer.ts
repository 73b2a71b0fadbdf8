import type { Exchange } from '../../exchange.ts'
import type { SessionContext } from '../../request/context.ts'
import type { Opened } from '../../request/opened.ts'
import type { Session } from '../../session.ts'
import type { SessionStore } from '../../store.ts'
import { createRefreshing, type Refreshing } from '../refresh/refreshing.ts'
import { withRecordedEndings } from '../revocation/recorded-endings.ts'
import type { Issuer } from './issuer.ts'
import { TokenSession } from './token-session.ts'

/**
 * What issuing tokens makes of sessions. `tokens` brings it along, so that an application without tokens loads nothing of
 * them.
 */
export interface TokenLayer {
  /** The store with each ending written to its list. @param told the store as the application has it */
  store(store: SessionStore, told: SessionStore, now: () => number): SessionStore
  session<Data extends object>(context: SessionContext, exchange: Exchange, opened: Opened): Session<Data>
  refreshing(context: SessionContext): Refreshing
}

export function createTokenLayer(issuer: Issuer): TokenLayer {
  return {
    store: (store, told, now) => withRecordedEndings(store, { lifetime: issuer.lifetime, now }, told),
    session: (context, exchange, opened) => new TokenSession(context, exchange, opened, issuer),
    refreshing: (context) => createRefreshing(context, issuer),
  }
}
