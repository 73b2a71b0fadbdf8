import { parseValue, unlessUnreadable } from '../record/values/values.ts'
import type { SessionContext } from '../request/context.ts'
import { closed, isReserved, isSealed, opened, unwrapSeal } from '../sealed/sealed-record.ts'
import type { SessionPatch, SessionRecord } from '../store.ts'
import { versionNote, versionOf } from './schema-version.ts'

/**
 * The change that brings a record's data to this process's version, for a write that is guarded by `rev`. Null when
 * the data cannot be read or made to fit.
 * @param token of the request, which unwraps the key of sealed values
 */
export function migrationOf(
  context: SessionContext,
  record: SessionRecord,
  token: string,
): SessionPatch | null {
  const { values } = context
  const seal = isSealed(record) ? unwrapSeal(record, token) : null
  const keys = Object.keys(record.data).filter((key) => !isReserved(key))
  const read = (key: string) =>
    parseValue(
      key,
      opened(key, record.data[key] ?? '', () => seal),
    )
  const old = unlessUnreadable(() => Object.fromEntries(keys.map((key) => [key, read(key)])))
  const texts = old && values.migrate(old, versionOf(record))
  if (!texts) return null
  return {
    set: { ...closed(texts, seal), ...versionNote(values.version ?? 1) },
    unset: keys.filter((key) => !Object.hasOwn(texts, key)),
  }
}
