import type { SavedReplay } from '../src/evidence/authentication.ts'

/** A saved carrier that signed in nobody any more. */
export function dead(name: string, afterMs: number, exchange: number): SavedReplay {
  return { set: [name], afterMs, seen: { state: 'anonymous', exchange } }
}
