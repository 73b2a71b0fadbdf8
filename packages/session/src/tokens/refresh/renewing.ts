import type { Exchange } from '../../exchange.ts'
import { anyValues } from '../../record/values/values.ts'
import type { SessionContext } from '../../request/context.ts'
import { createOpening } from '../../request/opening.ts'
import type { Presented } from './presented.ts'

/** What the answer brings. */
export interface Renewed {
  /** The token that the client is to keep from now on; null where it has it, or another process may have replaced it. */
  readonly token: string | null
}

/**
 * Opens the record of a refresh token as a cookie's is opened, which renews its secret: two requests at once are given the
 * same successor, and so is who lost the answer. Null where it is over.
 * @throws SessionError `store_unavailable`
 */
export async function renew(
  context: SessionContext,
  exchange: Exchange,
  { text, record: known }: Presented,
): Promise<Renewed | null> {
  let given: { readonly token: string; readonly stands: () => boolean } | null = null
  let isKnown = true
  const opening = createOpening({
    ...context,
    opens: 'refresh tokens',
    // It has no values of the application.
    sealed: false,
    values: anyValues,
    readsCopies: false,
    cookie: { ...context.cookie, candidates: () => [text] },
    read(sid, _, since) {
      if (!isKnown) return context.read(sid, { fresh: true }, since)
      isKnown = false
      return known
    },
    issueCookie(_, record, token, since, until = Number.POSITIVE_INFINITY) {
      const stands = () =>
        !context.overtaken.isOvertaken(record.sid, token.secretHash, since) && context.now() <= until
      given = { token: token.text, stands }
    },
  })
  const { record } = await opening(exchange, true)
  if (!record) return null
  const { token, stands } = given ?? { token: null, stands: () => true }
  return { token: stands() ? token : null }
}
