import type { MutableFields, SessionPatch } from '../store.ts'

const told: readonly (keyof MutableFields)[] = ['userId', 'secretHash', 'previous', 'policy']

/** Whether a store announces the patch as `changed`: new times alone are no news to anyone. */
export function isAnnounced({ fields = {}, set, unset }: SessionPatch): boolean {
  return set !== undefined || unset !== undefined || told.some((field) => fields[field] !== undefined)
}
