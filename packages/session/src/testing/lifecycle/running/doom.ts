import type { Ledger } from '../rules/ledger.ts'
import type { Action, Known } from './action.ts'

/** The sessions that must be over when an action is done, as they are when it begins. */
export function doomedBy(ledger: Ledger, action: Action): readonly Known[] {
  const name = action.kind === 'open' ? 'open' : action.kind === 'deed' ? action.deed.do : action.measure.do
  const { userId, sid } = action
  const existing = [...ledger.sessions.values()].filter(({ record }) => record !== null)
  if (name === 'revoke') return existing.filter((known) => known.sid === sid)
  if (name === 'revokeAll') return existing
  const isUsers = name === 'revokeUser' || name === 'revokeOthers'
  if (!isUsers || userId === null) return []
  return existing.filter(
    (known) => known.last.userId === userId && (name === 'revokeUser' || known.sid !== sid),
  )
}
