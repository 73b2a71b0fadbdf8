import { familyOf } from './token.ts'

const remembered = 10_000

/**
 * What this process did to sessions lately, so that an answer that was under way meanwhile takes no newer cookie's
 * place (law 6) and leaves none behind (law 2).
 */
export interface Overtaken {
  /** The session got a secret of another family. */
  rotated(sid: string, secretHash: string): void
  /** It has two secrets that are good: a cookie of either may go out. */
  joined(sid: string): void
  /** It has ended; null for all of them. */
  ended(sid: string | null): void
  /** The question whether a cookie with this secret may still go out, to be asked when it does. */
  watch(sid: string, secretHash: string): () => boolean
}

export function createOvertaken(): Overtaken {
  // Null for a session that has ended.
  const families = new Map<string, string | null>()
  let endingsOfAll = 0

  function remember(sid: string, family: string | null): void {
    families.delete(sid)
    if (families.size >= remembered) families.delete(families.keys().next().value ?? '')
    families.set(sid, family)
  }

  return {
    rotated: (sid, secretHash) => remember(sid, familyOf(secretHash)),
    joined: (sid) => void families.delete(sid),
    ended(sid) {
      if (sid === null) endingsOfAll++
      else remember(sid, null)
    },
    watch(sid, secretHash) {
      const before = endingsOfAll
      return () => {
        const family = families.get(sid)
        return before === endingsOfAll && (family === undefined || family === familyOf(secretHash))
      }
    },
  }
}
