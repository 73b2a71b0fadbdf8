import type { SessionRecord } from '../../store.ts'
import { withData } from '../data/lazy-data.ts'
import { recordBytes } from '../data/record-bytes.ts'
import { hashOfKey, keyBytes, writeKey } from './key.ts'
import { type Fields, type Link, Page, rowsOfPage } from './page.ts'
import { Recent } from './recent.ts'

const chain: Link = 0
const next: Link = 1
const previous: Link = 2

// What is looked for; nothing else runs between its writing and its use.
const key = Buffer.alloc(keyBytes)
const keyWords = new Int32Array(key.buffer)

/**
 * Records in rows (page.ts), found by their sid through a hash table of slots. A slot is the number of a row, from 1 on,
 * and 0 is none; it stays with the record until that is removed. What is given is a copy, and frozen.
 */
export class PackedRecords {
  #pages: Page[] = []
  /** The first slot of each chain of the hash table; a power of two. */
  #heads = new Int32Array(rowsOfPage)
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
    writeKey(sid, key, 0)
    let slot = this.#heads[this.#headOf(hashOfKey(keyWords, 0))] as number
    while (slot !== 0 && !this.#page(slot).hasKey(slot, keyWords)) slot = this.#page(slot).link(slot, chain)
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
    if (this.#size === this.#heads.length) this.#widen()
    const slot = this.#take()
    this.#page(slot).write(slot, fields, data)
    this.#chain(slot)
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

  /** One that is in a ring must leave it first. */
  remove(slot: number): void {
    this.#recent.forget(slot)
    this.#size--
    this.#bytes -= this.bytesOf(slot)
    this.#unchain(slot)
    this.#page(slot).free(slot)
    this.#page(slot).setLink(slot, chain, this.#free)
    this.#free = slot
  }

  clear(): void {
    this.#pages = []
    this.#heads = new Int32Array(rowsOfPage)
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

  /**
   * Puts a record at the end of the ring that begins with another; rings are what else their owner wants to find.
   * @param first 0 for a ring of its own
   */
  join(slot: number, first: number): void {
    const last = first === 0 ? slot : this.#page(first).link(first, previous)
    this.#connect(last, slot)
    this.#connect(slot, first === 0 ? slot : first)
  }

  /** Takes a record out of its ring; the slot that came after it, 0 when it was the only one. */
  leave(slot: number): number {
    const after = this.#page(slot).link(slot, next)
    this.#connect(this.#page(slot).link(slot, previous), after)
    return after === slot ? 0 : after
  }

  /** All of a ring. @param first 0 for none */
  *ring(first: number): Iterable<number> {
    for (let slot = first; slot !== 0; ) {
      yield slot
      slot = this.#page(slot).link(slot, next)
      if (slot === first) return
    }
  }

  #connect(before: number, after: number): void {
    this.#page(before).setLink(before, next, after)
    this.#page(after).setLink(after, previous, before)
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
    this.#free = this.#page(slot).link(slot, chain)
    return slot
  }

  #headOf(hash: number): number {
    return hash & (this.#heads.length - 1)
  }

  #chain(slot: number): void {
    const head = this.#headOf(this.#page(slot).hashOfKey(slot))
    this.#page(slot).setLink(slot, chain, this.#heads[head] as number)
    this.#heads[head] = slot
  }

  #unchain(slot: number): void {
    const after = this.#page(slot).link(slot, chain)
    const head = this.#headOf(this.#page(slot).hashOfKey(slot))
    let at = this.#heads[head] as number
    if (at === slot) {
      this.#heads[head] = after
      return
    }
    while (this.#page(at).link(at, chain) !== slot) at = this.#page(at).link(at, chain)
    this.#page(at).setLink(at, chain, after)
  }

  #widen(): void {
    this.#heads = new Int32Array(this.#heads.length * 2)
    for (const slot of this.slots()) this.#chain(slot)
  }
}
