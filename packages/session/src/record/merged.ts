import type { SessionPatch, SessionRecord } from '../store.ts'

/** A record's data after a patch, as the stores make it. */
export function merged(data: SessionRecord['data'], { set, unset }: SessionPatch): SessionRecord['data'] {
  if (!set && !unset) return data
  const kept = Object.entries(data).filter(([key]) => !unset?.includes(key))
  return Object.fromEntries([...kept, ...Object.entries(set ?? {})])
}
