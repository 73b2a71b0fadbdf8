import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { constantPositions, findRegularity } from './id-statistics.ts'

const random = (count: number) => Array.from({ length: count }, () => randomBytes(16).toString('hex'))
const NOW = Date.UTC(2026, 5, 1)
const name = (ids: readonly string[]) => findRegularity(ids, NOW)?.name ?? null

test('random IDs have no constant part and no sequence', () => {
  for (let round = 0; round < 200; round += 1) {
    assert.equal(constantPositions(random(3), 16), 0)
    assert.equal(findRegularity(random(8)), null)
  }
})

test('a prefix is constant, from three samples on', () => {
  const ids = random(3).map((id) => `node-7-${id}`)
  assert.equal(constantPositions(ids, 36), 7)
  assert.equal(constantPositions(ids.slice(1), 36), 0)
})

test('counters: decimal, padded, hex, before a constant end', () => {
  assert.equal(name(['1001', '1002', '1003']), 'counts up by 1')
  assert.equal(name(['u-000009', 'u-000010', 'u-000012', 'u-000013', 'u-000015']), 'counts up by at most 2')
  assert.equal(name(['0000fffe', '0000ffff', '00010000']), 'counts up by 1')
  assert.equal(name(['17-node3', '18-node3', '19-node3']), 'counts up by 1')
})

test('clocks: milliseconds, seconds in hex, UUIDv7', () => {
  const at = [0, 700, 1900].map((offset) => NOW + offset)
  assert.equal(
    name(at.map((time) => `${time}-${randomBytes(4).toString('hex')}`)),
    'holds milliseconds since 1970',
  )
  const hex = (time: number) => Math.floor(time / 1000).toString(16)
  assert.equal(
    name(at.map((time) => `${hex(time)}${randomBytes(8).toString('hex')}`)),
    'holds seconds since 1970, in hex',
  )
  const v7 = (time: number) =>
    time
      .toString(16)
      .padStart(12, '0')
      .replace(/(.{8})(.{4})/, '$1-$2-7abc-8def-0123456789ab')
  assert.match(name(at.map(v7)) ?? '', /UUIDv7/)
})

test('two samples tell nothing', () => {
  assert.equal(findRegularity(['1001', '1002']), null)
})
