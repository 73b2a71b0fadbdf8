import type { SessionRecord } from '../../store.ts'

/** A power of two: what many requests at once are of, and little memory. */
const places = 256

/**
 * Some records as they were given last, so that the requests of one page unpack a session and parse its data once. They
 * are frozen: all who ask get the same one.
 */
export class Recent {
  readonly #slots = new Int32Array(places)
  readonly #records = new Array<SessionRecord | null>(places).fill(null)

  get(slot: number): SessionRecord | null {
    return this.#slots[placeOf(slot)] === slot ? (this.#records[placeOf(slot)] as SessionRecord) : null
  }

  /** Takes the place of another one. */
  keep(slot: number, record: SessionRecord): SessionRecord {
    this.#slots[placeOf(slot)] = slot
    this.#records[placeOf(slot)] = record
    return record
  }

  forget(slot: number): void {
    if (this.#slots[placeOf(slot)] !== slot) return
    this.#slots[placeOf(slot)] = 0
    this.#records[placeOf(slot)] = null
  }

  clear(): void {
    this.#slots.fill(0)
    this.#records.fill(null)
  }
}

const placeOf = (slot: number) => slot & (places - 1)
