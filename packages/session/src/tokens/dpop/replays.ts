import { isSessionError } from '../../errors.ts'
import { mintToken } from '../../secret/token.ts'
import type { SessionRecord } from '../../store.ts'
import { createExpiringKeys } from '../expiring-keys.ts'

/** Extension point: which proofs were used. */
export interface Replays {
  /**
   * Notes the use of a proof; false when it was used before.
   * @param key 20 base64url characters that stand for the proof
   * @param until milliseconds since the epoch from when on the proof is refused by its time
   * @throws Error where it cannot be noted: the proof is refused then
   */
  use(key: string, until: number, now: number): boolean | Promise<boolean>
}

export interface MemoryReplaysOptions {
  /** Proofs in memory, 27 to 53 bytes each; with more within their time, every further one is refused. Default 1000000. */
  readonly maxEntries?: number | undefined
}

const forgottenEvery = 30_000

/**
 * The proofs that this process has seen: exact, and bounded. Another process does not know them, so that a proof that
 * somebody caught can be used once more with each of those, within its time; a nonce makes that short.
 */
export function memoryReplays({ maxEntries = 1_000_000 }: MemoryReplaysOptions = {}): Replays {
  const used = createExpiringKeys()
  let forgotAt = Number.NEGATIVE_INFINITY
  return {
    use(key, until, now) {
      if (used.has(key)) return false
      if (now - forgotAt >= forgottenEvery) {
        used.forget(Math.floor(now / 1000))
        forgotAt = now
      }
      if (used.size >= maxEntries) throw new Error('as many proofs are remembered as may be')
      used.add(key, Math.ceil(until / 1000) + 1)
      return true
    },
  }
}

/**
 * The proofs that any process of a store has seen: one record each, which the store's sweeping forgets. For where a proof is
 * seldom, as when tokens are refreshed.
 * @param create of the store; refuses a sid that exists
 */
export function storeReplays(create: (record: SessionRecord) => Promise<void>): Replays {
  return {
    async use(key, until, now) {
      try {
        await create(proofRecord(key, until, now))
        return true
      } catch (error) {
        if (isSessionError(error) && error.code === 'sid_taken') return false
        throw error
      }
    },
  }
}

/**
 * Its sid has a character that no session's sid has, and nobody ever had its secret: no cookie opens it. A secret of its own
 * it has all the same, by which a store tells a record that is made again from one that is sent again.
 */
function proofRecord(key: string, until: number, now: number): SessionRecord {
  return {
    sid: `latchkey:dpop:${key}`,
    userId: null,
    secretHash: mintToken().secretHash,
    previous: null,
    policy: 'latchkey:dpop',
    createdAt: now,
    authenticatedAt: null,
    lastSeenAt: now,
    renewedAt: now,
    expiresAt: until,
    rev: 0,
    data: {},
  }
}
