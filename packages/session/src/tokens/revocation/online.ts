import { createDeadline } from '../../deadline/deadline.ts'
import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'
import type { SessionStore } from '../../store.ts'
import { TokenError } from '../token-error.ts'
import type { Revocations } from './revocations.ts'

export interface OnlineOptions {
  /** How long a token waits for the store before it is refused with 503. Default '2s'. */
  readonly storeTimeout?: Duration | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

/**
 * Reads the session of each token from the store: one read a verification, and a token that ends with its session,
 * without any bound in between.
 * @throws SessionError `config_invalid`
 */
export function onlineRevocations(store: SessionStore, options: OnlineOptions = {}): Revocations {
  refuseUnknown('onlineRevocations', options, { storeTimeout: true, now: true })
  if (typeof store?.read !== 'function')
    throw new SessionError(
      'config_invalid',
      'onlineRevocations needs the store of the sessions. Write onlineRevocations(store).',
    )
  const { now = Date.now } = options
  const withDeadline = createDeadline(parseDuration(options.storeTimeout ?? '2s', 'storeTimeout'))
  return {
    generation: () => null,
    async isEnded({ sid, userId }) {
      try {
        const record = await withDeadline('read', () => store.read(sid, { fresh: true }))
        return record === null || record.userId !== userId || record.expiresAt <= now()
      } catch (cause) {
        throw new TokenError(
          'revocations_unknown',
          'No token is let in: the store of the sessions cannot be asked.',
          { cause },
        )
      }
    },
    close: async () => undefined,
  }
}
