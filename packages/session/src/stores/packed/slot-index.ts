import type { Word } from './page.ts'

/** Where slots have words of their own. */
export interface Rows {
  word(slot: number, word: Word): number
  setWord(slot: number, word: Word, value: number): void
}

const fewest = 1024

/**
 * A hash table of slots. Slots of one hash are a chain through a word of their rows, so that a million of them take 4 to
 * 8 MB and no object.
 */
export class SlotIndex {
  readonly #rows: Rows
  readonly #chain: Word
  readonly #hashOf: (slot: number) => number
  /** The first of each chain, 0 for none; a power of two of them. */
  #heads = new Int32Array(fewest)
  #size = 0

  /** @param hashOf any 32 bits, the same for as long as the slot is in the table */
  constructor(rows: Rows, chain: Word, hashOf: (slot: number) => number) {
    this.#rows = rows
    this.#chain = chain
    this.#hashOf = hashOf
  }

  /** How many chains there is room for, four bytes each. */
  get width(): number {
    return this.#heads.length
  }

  /** The first slot that may have this hash; 0 when there is none. */
  first(hash: number): number {
    return this.#heads[hash & (this.#heads.length - 1)] as number
  }

  /** The next one that may have the same hash. */
  next(slot: number): number {
    return this.#rows.word(slot, this.#chain)
  }

  add(slot: number): void {
    if (this.#size === this.#heads.length) this.#widen()
    this.#size++
    this.#put(slot)
  }

  remove(slot: number): void {
    this.#size--
    const head = this.#hashOf(slot) & (this.#heads.length - 1)
    let before = 0
    for (let at = this.#heads[head] as number; at !== slot; at = this.next(at)) before = at
    if (before === 0) this.#heads[head] = this.next(slot)
    else this.#rows.setWord(before, this.#chain, this.next(slot))
  }

  clear(): void {
    this.#heads = new Int32Array(fewest)
    this.#size = 0
  }

  #put(slot: number): void {
    const head = this.#hashOf(slot) & (this.#heads.length - 1)
    this.#rows.setWord(slot, this.#chain, this.#heads[head] as number)
    this.#heads[head] = slot
  }

  #widen(): void {
    const former = this.#heads
    this.#heads = new Int32Array(former.length * 2)
    for (const head of former) {
      for (let slot = head; slot !== 0; ) {
        const next = this.next(slot)
        this.#put(slot)
        slot = next
      }
    }
  }
}
