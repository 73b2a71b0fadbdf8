import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessions } from '../../create-sessions.ts'
import { memoryStore } from '../../stores/memory/memory.ts'

// Most of this is checked by the compiler (npm run types): a line that is no error any more is one then.

const options = { store: memoryStore(), sweepInterval: false } as const

interface Cart {
  readonly items: readonly { readonly name: string; readonly count: number }[]
  readonly note?: string
}

interface Good {
  cart: Cart
  role: 'user' | 'admin'
  pair: [number, string | null]
  anything: unknown
  byName: Record<string, boolean>
  maybe?: string
}

test('values that JSON carries are typed as before', async () => {
  const sessions = createSessions<Good>(options)
  createSessions<Record<string, unknown>>(options)
  createSessions(options)
  assert.deepEqual(await sessions.list('alice'), [])
})

test('a value that JSON cannot carry is a compile error, however deep', () => {
  // @ts-expect-error: a Date comes back as text
  createSessions<{ at: Date }>(options)
  // @ts-expect-error: so does one in an array of objects
  createSessions<{ visits: { at: Date }[] }>(options)
  // @ts-expect-error: a Map comes back empty
  createSessions<{ byName: Map<string, number> }>(options)
  // @ts-expect-error: a function not at all
  createSessions<{ cart: { total(): number } }>(options)
  // @ts-expect-error: a BigInt is a TypeError
  createSessions<{ count: bigint | null }>(options)
  // @ts-expect-error: bytes come back as an object of numbers
  createSessions<{ key: Uint8Array }>(options)
  // @ts-expect-error: also where sessions are sealed
  createSessions<{ at: Date }>({ ...options, sealed: true as boolean })
})
