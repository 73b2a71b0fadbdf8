import { familyOf } from './token.ts'

const remembered = 10_000

/**
 * What this process did to sessions lately, so that an answer that was under way meanwhile takes no newer cookie's
 * place (law 6) and leaves none behind (law 2). What was done before the store gave or took the answer's secret is no
 * matter: others may have gone on from there, whom this process has not heard of.
 */
export interface Overtaken {
  /** The session got a secret of another family. */
  rotated(sid: string, secretHash: string): void
  /** It has two secrets that are good, of two families: a cookie of either may go out. */
  joined(sid: string, former: string, secretHash: string): void
  /** It has ended; null for all of them. */
  ended(sid: string | null): void
  /** @param since when the store had given or taken the secret (performance.now) */
  isOvertaken(sid: string, secretHash: string, since: number): boolean
}

interface Deed {
  /** Whose cookies may go out after it. */
  readonly families: readonly string[]
  readonly at: number
}

export function createOvertaken(): Overtaken {
  const deeds = new Map<string, Deed>()
  let endedAllAt = Number.NEGATIVE_INFINITY

  function remember(sid: string, ...families: string[]): void {
    deeds.delete(sid)
    if (deeds.size >= remembered) deeds.delete(deeds.keys().next().value ?? '')
    deeds.set(sid, { families, at: performance.now() })
  }

  return {
    rotated: (sid, secretHash) => remember(sid, familyOf(secretHash)),
    joined: (sid, former, secretHash) => remember(sid, familyOf(former), familyOf(secretHash)),
    ended(sid) {
      if (sid === null) endedAllAt = performance.now()
      else remember(sid)
    },
    isOvertaken(sid, secretHash, since) {
      const deed = deeds.get(sid)
      if (endedAllAt >= since) return true
      return deed !== undefined && deed.at >= since && !deed.families.includes(familyOf(secretHash))
    },
  }
}
