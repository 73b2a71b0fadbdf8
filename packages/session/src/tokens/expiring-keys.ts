import { hashOfKey, keyBytes, writeKey } from '../stores/packed/key.ts'

/** Keys that are remembered, each until a time: sids, or 20 characters as random as those. Exact, without an object for each. */
export interface ExpiringKeys {
  readonly size: number
  /** About how many bytes the table takes. */
  readonly bytes: number
  /** @param until seconds since the epoch; of two times for one key the later one counts */
  add(key: string, until: number): void
  has(key: string): boolean
  /** Forgets those whose time is not after `now`, in seconds since the epoch. */
  forget(now: number): void
}

const keyWords = keyBytes / 4
/** The key, and the second until which it is kept. */
const placeWords = keyWords + 1
const fewestPlaces = 1024
/** Open addressing stays short of this share of full places. */
const fullest = 3 / 4

/**
 * An open-addressed table of 20 bytes a place: 27 to 53 bytes an entry as it grows by doubling. Nothing is taken out
 * alone, as all entries are kept for about the same time: `forget` builds the table anew where that is worth it.
 */
export function createExpiringKeys(): ExpiringKeys {
  let words = new Int32Array(fewestPlaces * placeWords)
  let places = fewestPlaces
  let size = 0
  const sought = new Int32Array(keyWords)
  const soughtBytes = Buffer.from(sought.buffer)

  function seek(key: string): number {
    writeKey(key, soughtBytes, 0)
    return placeOf(words, places, sought, 0)
  }

  function rebuild(count: number, now: number): void {
    const next = new Int32Array(count * placeWords)
    let kept = 0
    for (let at = 0; at < words.length; at += placeWords) {
      if (isFree(words, at) || untilAt(words, at) <= now) continue
      const to = placeOf(next, count, words, at)
      for (let word = 0; word < placeWords; word++) next[to + word] = words[at + word] as number
      kept++
    }
    words = next
    places = count
    size = kept
  }

  return {
    get size() {
      return size
    },
    get bytes() {
      return words.byteLength
    },
    add(key, until) {
      if (size + 1 > places * fullest) rebuild(places * 2, 0)
      const at = seek(key)
      if (isFree(words, at)) {
        words.set(sought, at)
        size++
        words[at + keyWords] = until
      } else if (untilAt(words, at) < until) words[at + keyWords] = until
    },
    has: (key) => !isFree(words, seek(key)),
    forget(now) {
      let live = 0
      for (let at = 0; at < words.length; at += placeWords)
        if (!isFree(words, at) && untilAt(words, at) > now) live++
      if (live === size) return
      let count = places
      while (count > fewestPlaces && live < (count * fullest) / 2) count /= 2
      rebuild(count, now)
    },
  }
}

/** Where the key is, or the free place where it would go. */
function placeOf(table: Int32Array, places: number, key: Int32Array, keyAt: number): number {
  let place = (hashOfKey(key, keyAt) >>> 0) & (places - 1)
  for (;;) {
    const at = place * placeWords
    if (isFree(table, at)) return at
    let word = 0
    while (word < keyWords && table[at + word] === key[keyAt + word]) word++
    if (word === keyWords) return at
    place = (place + 1) & (places - 1)
  }
}

/** Every key says its form in its last byte, which is never 0. */
function isFree(table: Int32Array, at: number): boolean {
  return table[at + keyWords - 1] === 0
}

/** As an unsigned number, which lasts until 2106. */
function untilAt(table: Int32Array, at: number): number {
  return (table[at + keyWords] as number) >>> 0
}
