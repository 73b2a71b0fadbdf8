import { isSessionError } from '../../../errors.ts'
import type { Session } from '../../../session.ts'
import { lawOf, privilege } from '../rules/deeds.ts'
import type { CsrfToken } from '../rules/surroundings.ts'
import type { Action, SeenView } from './action.ts'

/** What a request sees of its session when one of its actions has ended. */
export function seenBy(session: Session | null, action: Action, csrfTokens: readonly CsrfToken[]): SeenView {
  const isOpening = action.kind === 'open'
  const isAsked = isOpening || (action.kind === 'deed' && lawOf(action.deed).kind === 'write')
  const names = isAsked ? ['a', 'b', 'count'] : []
  let unreadable: string | null = null
  const values = names.map((name) => {
    try {
      return [name, session?.get(name)] as const
    } catch (error) {
      unreadable = isSessionError(error) ? error.code : String(error)
      return [name, undefined] as const
    }
  })
  return {
    unreadable,
    userId: session?.userId ?? null,
    data: Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, number>,
    methods: session?.authenticationMethods ?? [],
    hasPrivilege: session?.hasPrivilege(privilege) ?? false,
    csrf: session && isOpening ? csrfTokens.map(({ token }) => isGoodToken(session, token)) : [],
  }
}

function isGoodToken(session: Session, token: string): boolean {
  // Most tokens are of other sessions: to trace each refusal would take a tenth of the run.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    session.verifyCsrfToken(token)
    return true
  } catch {
    return false
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
