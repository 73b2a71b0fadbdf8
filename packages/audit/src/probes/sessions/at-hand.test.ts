import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeContext, SpareSession } from '../context.ts'
import { doubtSpares, takeSpare } from './at-hand.ts'

test('a spare session is looked at again when it may have ended', async () => {
  const spare = [{ jar: 'ended' }, { jar: 'alive' }].map(
    (session) => ({ ...session, seen: { state: 'signed-in', exchange: 9 } }) as unknown as SpareSession,
  )
  const looks: unknown[] = []
  const observe = async (jar: unknown) => {
    looks.push(jar)
    return { state: jar === 'ended' ? 'anonymous' : 'signed-in', exchange: 10 }
  }
  const context = { spare, http: { exchanges: Array(10) }, oracle: { observe } } as unknown as ProbeContext
  const recent = await takeSpare(context)
  assert.equal(recent?.jar, 'alive')
  assert.deepEqual(looks, [])
  doubtSpares(context)
  assert.equal(await takeSpare(context), null)
  assert.deepEqual(looks, ['ended'])
})
