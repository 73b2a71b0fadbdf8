import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startChild } from './child.ts'
import { groups } from './groups.ts'
import { keyOf, measureGroups } from './measure.ts'
import { measureFootprints } from './memory.ts'

const briefly = { rounds: 2, window: 10, connections: 4, warmUp: 10 }

test('every server runs, and stays signed in, beside its bare one', async () => {
  const rounds = await measureGroups(groups, briefly, () => undefined)
  for (const { framework, rows } of groups) {
    for (const { name } of rows) {
      const pairs = rounds.get(keyOf(framework, name)) ?? []
      assert.equal(pairs.length, briefly.rounds, keyOf(framework, name))
      for (const { own, bare } of pairs) assert.ok(own.perSecond > 0 && bare.perSecond > 0 && bare.cpu > 0)
    }
  }
})

test('sessions take memory in every library', async () => {
  const footprints = await measureFootprints(1000, () => undefined)
  for (const { label, bytesPerSession } of footprints) assert.ok(bytesPerSession > 100, label)
})

test('a server that does not start is an error', async () => {
  await assert.rejects(startChild('node', 'missing'), /ended with 1/)
})
