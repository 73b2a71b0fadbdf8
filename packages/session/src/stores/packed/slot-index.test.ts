import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Word } from './page.ts'
import { type Rows, SlotIndex } from './slot-index.ts'

const chain: Word = 'userChain'

/** Slots whose hash is their number spread out, and how many of their words were read. */
function counted() {
  const chains = new Map<number, number>()
  const read = { words: 0 }
  const rows: Rows = {
    word(slot) {
      read.words++
      return chains.get(slot) ?? 0
    },
    setWord: (slot, _word, value) => void chains.set(slot, value),
  }
  const hashOf = (slot: number) => Math.imul(slot, 0x9e3779b1)
  return { index: new SlotIndex(rows, chain, hashOf), read, hashOf }
}

function steps({ index, read, hashOf }: ReturnType<typeof counted>, slots: readonly number[]): number {
  read.words = 0
  for (const slot of slots) {
    let at = index.first(hashOf(slot))
    while (at !== slot) {
      assert.notEqual(at, 0, `slot ${slot} is lost`)
      at = index.next(at)
    }
  }
  return read.words / slots.length
}

test('a slot is found in a step or two however many there are', () => {
  const table = counted()
  const slots = Array.from({ length: 50_000 }, (_, n) => n + 1)
  for (const slot of slots) table.index.add(slot)
  assert.ok(steps(table, slots) < 1)
})

test('what was removed makes room for what comes', () => {
  const table = counted()
  const slots = Array.from({ length: 50_000 }, (_, n) => n + 1)
  for (const slot of slots) table.index.add(slot)
  for (const slot of slots.slice(0, 49_000)) table.index.remove(slot)
  const rest = slots.slice(49_000)
  assert.ok(steps(table, rest) < 1)
  for (const slot of slots.slice(0, 49_000)) assert.equal(found(table, slot), false)
})

test('a table does not widen by coming and going, and does when it must', () => {
  const table = counted()
  const { index } = table
  for (let round = 0; round < 50_000; round++) {
    index.add(1)
    index.remove(1)
  }
  assert.equal(index.width, 1024)
  for (let round = 0; round < 100; round++) {
    for (let slot = 1; slot <= 1000; slot++) index.add(slot)
    index.clear()
  }
  assert.equal(index.width, 1024)
  const slots = Array.from({ length: 5000 }, (_, n) => n + 1)
  for (const slot of slots) index.add(slot)
  assert.ok(steps(table, slots) < 1)
})

function found({ index, hashOf }: ReturnType<typeof counted>, slot: number): boolean {
  for (let at = index.first(hashOf(slot)); at !== 0; at = index.next(at)) if (at === slot) return true
  return false
}
