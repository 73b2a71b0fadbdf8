import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { shownBits } from './id-bits.ts'

/** As random as anything, and the same in each run. */
const random = (at: number) => createHash('sha256').update(`seed ${at}`).digest().subarray(0, 16)
const samples = (count: number, write: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => write(at))
const inHex = (at: number) => random(at).toString('hex')

test('128 random bits show as many as so many samples can', () => {
  for (const [count, least, most] of [
    [100, 68, 80],
    [200, 83, 95],
    [500, 97, 107],
    [1000, 104, 114],
  ] as const) {
    const shown = shownBits(samples(count, inHex))
    assert.ok(shown && shown.least >= least && shown.least <= most, `${count}: ${shown?.least}`)
    assert.equal(shown.most, 128)
  }
})

test('constant bits hold nothing, and do not spoil the others', () => {
  const shown = shownBits(samples(200, (at) => `${'5a'.repeat(8)}${inHex(at).slice(16)}`))
  assert.ok(shown && shown.least > 40 && shown.least < 48)
  assert.equal(shown.most, 64)
})

test('bits that nearly always have one value hold less than one', () => {
  const shown = shownBits(
    samples(200, (at) => inHex(at).replaceAll(/[89a-f]/g, (digit) => (at % 20 ? '0' : digit))),
  )
  assert.ok(shown && shown.most < 110, `${shown?.most}`)
})

test('base64 and UUIDs are decoded, and text is not', () => {
  const inBase64 = shownBits(samples(100, (at) => random(at).toString('base64url')))
  assert.equal(inBase64?.most, 128)
  const uuid = (at: number) => inHex(at).replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-8$4-')
  const most = shownBits(samples(100, uuid))?.most ?? 0
  assert.ok(most === 120, `${most}`)
})

test('too few, or of several lengths, say nothing', () => {
  assert.equal(shownBits(samples(49, inHex)), null)
  assert.equal(shownBits(samples(60, (at) => inHex(at).slice(at % 2))), null)
})
