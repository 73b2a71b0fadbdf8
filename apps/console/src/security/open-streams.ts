import { throttleKey } from './throttle-key.ts'

/** How many streams may be open at once in this process. */
export interface StreamCaps {
  /** Browsers open six connections to a host over HTTP/1.1 at most. */
  readonly session: number
  /** An address may be that of many people. */
  readonly address: number
}

export const defaultStreamCaps: StreamCaps = { session: 6, address: 30 }

export interface OpenStreams {
  /** Counts one more; null when there are too many, else what to call once, when it has ended. */
  enter(sid: string, address: string): (() => void) | null
}

/** A stream that is open costs memory, looks at its session and looks at the database for as long as it is. */
export function createOpenStreams({ session, address }: StreamCaps = defaultStreamCaps): OpenStreams {
  const bySession = new Map<string, number>()
  const byAddress = new Map<string, number>()
  const have = (counts: Map<string, number>, key: string) => counts.get(key) ?? 0

  function leave(counts: Map<string, number>, key: string): void {
    const left = have(counts, key) - 1
    if (left > 0) counts.set(key, left)
    else counts.delete(key)
  }

  return {
    enter(sid, from) {
      const key = throttleKey(from)
      if (have(bySession, sid) >= session || have(byAddress, key) >= address) return null
      bySession.set(sid, have(bySession, sid) + 1)
      byAddress.set(key, have(byAddress, key) + 1)
      return () => {
        leave(bySession, sid)
        leave(byAddress, key)
      }
    },
  }
}
