import { encodeValue } from './json.ts'
import type { SessionRecord } from './store.ts'
import { isUnreadable, unreadable } from './unreadable.ts'

/** What the values of the application must be, on their way into a record and out of it. */
export interface Values {
  /** @throws SessionError `value_not_json` */
  encode(key: string, value: unknown): string
  /** @throws SessionError `data_unreadable` */
  decode(key: string, text: string): unknown
  /** The value for a list, which shows others beside it: undefined where it cannot be read. */
  glance(record: SessionRecord, key: string, text: string): unknown
}

export const anyValues: Values = {
  encode: encodeValue,
  decode: parse,
  glance: (_, key, text) => orUndefined(() => parse(key, text)),
}

function parse(key: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What the parser says of it holds a part of the text.
    throw unreadable(`${JSON.stringify(key)} is no JSON`)
  }
}

function orUndefined(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}
