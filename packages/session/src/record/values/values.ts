import type { SessionRecord } from '../../store.ts'
import { encodeValue } from './json.ts'
import { parseJson } from './json-text.ts'
import { isUnreadable, unreadable } from './unreadable.ts'

/** What the application's values must be, on their way into a record and out of it. */
export interface Values {
  /** Version of the data that this process reads and writes; null where there is no schema. */
  readonly version: number | null
  /** @throws SessionError `value_not_json`, `value_invalid` */
  encode(key: string, value: unknown): string
  /** @throws SessionError `data_unreadable`, `data_newer` */
  decode(record: SessionRecord, key: string, text: string): unknown
  /** The value for a list, which shows others beside it: undefined where it cannot be read. */
  glance(record: SessionRecord, key: string, text: string): unknown
  /**
   * Whether values may be written among those of this record.
   * @throws SessionError `data_newer`
   */
  assertVersion(record: SessionRecord): void
  /** Whether the record's data must be migrated before it is used. */
  isOutdated(record: SessionRecord): boolean
  /** The texts of the migrated values; null when they cannot be made to fit. */
  migrate(old: Readonly<Record<string, unknown>>, version: number): Readonly<Record<string, string>> | null
}

/** Without a schema, everything that is JSON will do. */
export const anyValues: Values = {
  version: null,
  encode: encodeValue,
  decode: (_, key, text) => parseValue(key, text),
  glance: (_, key, text) => unlessUnreadable(() => parseValue(key, text)),
  assertVersion: () => undefined,
  isOutdated: () => false,
  migrate: () => null,
}

/** @throws SessionError `data_unreadable` */
export function parseValue(key: string, text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    // What the parser says of it holds a part of the text.
    throw unreadable(`${JSON.stringify(key)} is no JSON`)
  }
}

export function unlessUnreadable<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}
