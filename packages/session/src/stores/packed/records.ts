import type { SessionRecord } from '../../store.ts'
import { withData } from '../data/lazy-data.ts'
import { recordBytes } from '../data/record-bytes.ts'
import { hashOfKey, keyBytes, writeKey } from './key.ts'
import { type Fields, Page, rowsOfPage, type Word } from './page.ts'
import { Recent } from './recent.ts'
import { type Rows, SlotIndex } from './slot-index.ts'

// What is looked for; nothing else runs between its writing and its use.
const key = Buffer.alloc(keyBytes)
const keyWords = new Int32Array(key.buffer)

/**
 * Records in rows (page.ts), found by their sid through a hash table of slots. A slot is the number of a row, from 1 on,
 * and 0 is none; it stays with the record until that is removed. What is given is a copy, and frozen.
 */
export class PackedRecords implements Rows {
  #pages: Page[] = []
  readonly #sids = new SlotIndex(this, 'sidChain', (slot) => this.#page(slot).hashOfKey(slot))
  /** Slots that were ever in use, 0 among them. */
  #used = 1
  /** The first of those that are free again. */
  #free = 0
  #size = 0
  #bytes = 0
  readonly #recent = new Recent()

  get size(): number {
    return this.#size
  }

  /** About how many bytes they take, as `recordBytes` counts. */
  get bytes(): number {
    return this.#bytes
  }

  /** The slot of the record with this sid; 0 when there is none. */
  find(sid: string): number {
    const recent = this.#recent.find(sid)
    if (recent !== 0) return recent
    writeKey(sid, key, 0)
    let slot = this.#sids.first(hashOfKey(keyWords, 0))
    while (slot !== 0 && !this.#page(slot).hasKey(slot, keyWords)) slot = this.#sids.next(slot)
    return slot
  }

  record(slot: number): SessionRecord {
    return (
      this.#recent.get(slot) ??
      this.#recent.keep(slot, Object.freeze(withData(this.fields(slot), this.data(slot))))
    )
  }

  fields(slot: number): Fields {
    return this.#page(slot).read(slot)
  }

  data(slot: number): string {
    return this.#page(slot).data(slot)
  }

  userId(slot: number): string | null {
    return this.#page(slot).userId(slot)
  }

  expiresAt(slot: number): number {
    return this.#page(slot).expiresAt(slot)
  }

  bytesOf(slot: number): number {
    return recordBytes(this.userId(slot), this.data(slot))
  }

  /** @param fields of a sid that is not there */
  add(fields: Fields, data: string): number {
    const slot = this.#take()
    this.#page(slot).write(slot, fields, data)
    this.#sids.add(slot)
    this.#size++
    this.#bytes += this.bytesOf(slot)
    return slot
  }

  /** @param fields of the same sid */
  replace(slot: number, fields: Fields, data: string): void {
    this.#recent.forget(slot)
    this.#bytes -= this.bytesOf(slot)
    this.#page(slot).write(slot, fields, data)
    this.#bytes += this.bytesOf(slot)
  }

  /** Its owner has let go of it before. */
  remove(slot: number): void {
    this.#recent.forget(slot)
    this.#size--
    this.#bytes -= this.bytesOf(slot)
    this.#sids.remove(slot)
    this.#page(slot).free(slot)
    this.setWord(slot, 'sidChain', this.#free)
    this.#free = slot
  }

  clear(): void {
    this.#pages = []
    this.#sids.clear()
    this.#used = 1
    this.#free = 0
    this.#size = 0
    this.#bytes = 0
    this.#recent.clear()
  }

  /** Of all records; the one that was given last may be removed meanwhile. */
  *slots(): Iterable<number> {
    for (let slot = 1; slot < this.#used; slot++) if (!this.#page(slot).isFree(slot)) yield slot
  }

  word(slot: number, word: Word): number {
    return this.#page(slot).word(slot, word)
  }

  setWord(slot: number, word: Word, value: number): void {
    this.#page(slot).setWord(slot, word, value)
  }

  #page(slot: number): Page {
    return this.#pages[Math.floor(slot / rowsOfPage)] as Page
  }

  #take(): number {
    const slot = this.#free
    if (slot === 0) {
      if (this.#used >= this.#pages.length * rowsOfPage) this.#pages.push(new Page())
      return this.#used++
    }
    this.#free = this.word(slot, 'sidChain')
    return slot
  }
}
