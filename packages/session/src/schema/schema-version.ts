import { reservedPrefix } from '../record/values/json.ts'
import type { SessionRecord } from '../store.ts'

const versionKey = `${reservedPrefix}version`

/** The version of a record's data; 1 where none is noted. */
export function versionOf({ data }: Pick<SessionRecord, 'data'>): number {
  return Number(data[versionKey] ?? 1)
}

/** What notes the version in a record's data. */
export function versionNote(version: number): Readonly<Record<string, string>> {
  return version === 1 ? {} : { [versionKey]: String(version) }
}
