import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { predict } from './predict.ts'

const NOW = Date.parse('2026-11-29T12:00:00Z')
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

/** Eight of a kind, the next few, and one that is no successor. */
const KINDS: readonly (readonly [kind: string, make: (count: number) => string, how: RegExp])[] = [
  ['a counter', (count) => String(4_200_000 + count), /a number that grows by 1$/],
  [
    'a counter in hex, padded',
    (count) => (0xabcdef + 16 * count).toString(16).padStart(40, '0'),
    /in hex that grows by/,
  ],
  ['a counter between other things', (count) => `sess_${1000 + count}-node3`, /a number that grows by 1$/],
  ['a counter with gaps', (count) => String(9_000_000_000_000 + count * count), /grows by at most 13$/],
  [
    'milliseconds and a process',
    (count) => `${NOW + 7 * count + (count % 3)}4711000000`,
    /a number that grows by at most/,
  ],
  [
    'a counter in base64',
    (count) => Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 9, 8, 7 + count, 100 + count]).toString('base64url'),
    /base64/,
  ],
  [
    'uniqid',
    (count) => (NOW / 1000).toString(16) + (0xf0000 + 900 * count).toString(16),
    /a number, in hex|uniqid/,
  ],
  [
    'a UUIDv1',
    (count) => `${(0xabc00000 + 40_000 * count + count * count).toString(16)}-1111-11ef-8abc-0123456789ab`,
    /UUIDv1/,
  ],
  [
    'an ObjectId',
    (count) =>
      `${(NOW / 1000 + Math.floor(count / 3)).toString(16)}a1b2c3d4e5${(0x123456 + count).toString(16)}`,
    /ObjectId/,
  ],
  ['md5 of a counter', (count) => md5(String(51_200 + count)), /^md5 of a counter$/],
  [
    'sha1 of a counter in a UUID’s clothes',
    (count) => md5(String(7 + count)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    /^md5 of a counter$/,
  ],
  ['md5 of the milliseconds', (count) => md5(String(NOW + 5 * count + 300)), /^md5 of the milliseconds/],
  ['a linear congruential generator', (count) => lcg(count), /congruential generator .*modulo 4294967296/],
]

function lcg(count: number): string {
  let state = 123_456_789n
  for (let at = 0; at < count; at += 1) state = (1_664_525n * state + 1_013_904_223n) % 2n ** 32n
  return String(state)
}

for (const [kind, make, how] of KINDS) {
  test(`${kind} is told before it is issued`, () => {
    const seen = Array.from({ length: 8 }, (_, count) => ({ id: make(count), at: NOW + 5 * count }))
    const model = predict(seen, () => NOW + 40)
    assert.match(model?.how ?? 'nothing', how)
    const tells = (count: number) => model?.has(make(count))
    assert.deepEqual([tells(8), tells(9)], [true, true], 'the next')
    assert.deepEqual([tells(7), tells(0)], [false, false], 'what was issued')
    assert.equal(tells(5_000_000), false, 'one far off')
  })
}

test('nothing explains random IDs, of whatever form', () => {
  for (const make of [
    () => randomBytes(16).toString('hex'),
    () => randomBytes(4).toString('hex'),
    () => randomBytes(5).toString('hex'),
    () => randomBytes(32).toString('base64url'),
    () => randomUUID(),
    () => String(randomBytes(6).readUIntBE(0, 6)),
    () => String(randomBytes(4).readUInt32BE()),
    () => `sess_${randomBytes(20).toString('hex')}`,
  ]) {
    for (const count of [3, 8]) {
      const seen = Array.from({ length: count }, () => ({ id: make(), at: NOW }))
      assert.equal(predict(seen, () => NOW)?.how, undefined, make())
    }
  }
})

test('two are too few to tell anything', () => {
  assert.equal(
    predict([
      { id: '1', at: NOW },
      { id: '2', at: NOW },
    ]),
    null,
  )
})
