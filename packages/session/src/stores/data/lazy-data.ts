import { unreadable } from '../../record/values/unreadable.ts'
import type { SessionRecord } from '../../store.ts'
import { parseData } from './data-text.ts'

type Data = SessionRecord['data']

/**
 * A record as a store has read it, with its data still in one JSON text: that is parsed when somebody looks, because a
 * request that only asks who the user is needs nothing of it.
 * @throws SessionError `data_unreadable`, at that moment, if the text is no JSON
 */
export function withData(fields: Omit<SessionRecord, 'data'>, json: string): SessionRecord {
  return new LazyData(fields, json) as unknown as SessionRecord
}

/** A record's data as one JSON text, without parsing what nobody has looked at. */
export function dataText(record: SessionRecord): string {
  return LazyData.textOf(record) ?? JSON.stringify(record.data)
}

// The private field of a subclass lands on what this returns: the record itself gets a place for the text that no
// copy, comparison or log of it sees. Keeping it under a symbol or in a closure made decoding slower by half or more.
class Same {
  constructor(it: object) {
    // biome-ignore lint/correctness/noConstructorReturn: see above
    return it
  }
}

class LazyData extends Same {
  #data: Data | string

  constructor(fields: object, json: string) {
    super(fields)
    this.#data = json
    Object.defineProperty(this, 'data', LazyData.#property)
  }

  /** The data's text while it is one; null when it was parsed, and for records that never had one. */
  static textOf(record: object): string | null {
    return #data in record && typeof record.#data === 'string' ? record.#data : null
  }

  // An own property, so that `{ ...record }` finds the data too.
  static readonly #property: PropertyDescriptor & ThisType<LazyData> = {
    enumerable: true,
    configurable: true,
    get() {
      if (typeof this.#data === 'string') this.#data = parsed(this.#data)
      return this.#data
    },
  }
}

function parsed(json: string): Data {
  try {
    return Object.freeze(parseData(json))
  } catch {
    // What the parser says of it holds a part of the text.
    throw unreadable('the store holds no JSON')
  }
}
