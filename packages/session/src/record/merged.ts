import type { SessionPatch, SessionRecord } from '../store.ts'

/** A record's data after a patch, as the stores make it. */
export function merged(data: SessionRecord['data'], { set, unset }: SessionPatch): SessionRecord['data'] {
  if (!set && !unset) return data
  return { ...(unset?.length ? without(data, new Set(unset)) : data), ...set }
}

function without(data: SessionRecord['data'], keys: ReadonlySet<string>): SessionRecord['data'] {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !keys.has(key)))
}
