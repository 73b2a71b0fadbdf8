import type { SessionRecord } from '../../store.ts'

/** A power of two: what many requests at once are of, and little memory. */
const places = 256

/**
 * Some records as they were given last, so that the requests of one page unpack a session and parse its data once. They
 * are frozen: all who ask get the same one.
 */
export class Recent {
  readonly #slots = new Int32Array(places)
  readonly #bySid = new Map<string, number>()
  readonly #records = new Array<SessionRecord | null>(places).fill(null)

  /** The slot of the record with this sid, without unpacking any key; 0 when it is none of these. */
  find(sid: string): number {
    return this.#bySid.get(sid) ?? 0
  }

  get(slot: number): SessionRecord | null {
    return this.#slots[placeOf(slot)] === slot ? (this.#records[placeOf(slot)] as SessionRecord) : null
  }

  /** Takes the place of another one. */
  keep(slot: number, record: SessionRecord): SessionRecord {
    this.#release(placeOf(slot))
    this.#slots[placeOf(slot)] = slot
    this.#records[placeOf(slot)] = record
    this.#bySid.set(record.sid, slot)
    return record
  }

  forget(slot: number): void {
    if (this.#slots[placeOf(slot)] !== slot) return
    this.#release(placeOf(slot))
  }

  clear(): void {
    this.#slots.fill(0)
    this.#records.fill(null)
    this.#bySid.clear()
  }

  #release(place: number): void {
    const record = this.#records[place]
    if (!record) return
    this.#bySid.delete(record.sid)
    this.#slots[place] = 0
    this.#records[place] = null
  }
}

const placeOf = (slot: number) => slot & (places - 1)
