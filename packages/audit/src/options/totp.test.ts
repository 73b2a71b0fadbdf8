import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, readTotp, stepAt } from './totp.ts'

/** Base32 without padding (RFC 4648, 6). */
function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const fives = bits.match(/.{1,5}/g) ?? []
  return fives
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('')
}

const seed = (length: number) => base32('1234567890'.repeat(7).slice(0, length))
/** The seeds of RFC 6238, appendix B: as long as the hash. */
const SEEDS = { SHA1: seed(20), SHA256: seed(32), SHA512: seed(64) }

test('the codes of RFC 6238, appendix B', () => {
  const vectors: readonly (readonly [number, string, string, string])[] = [
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ]
  for (const [seconds, ...codes] of vectors) {
    for (const [at, [algorithm, secret]] of Object.entries(SEEDS).entries()) {
      const totp = readTotp(
        `otpauth://totp/Shop:alice?secret=${secret}&algorithm=${algorithm}&digits=8&period=30`,
      )
      assert.ok(totp)
      assert.equal(codeOf(totp, stepAt(totp, seconds * 1000)), codes[at], `${algorithm} at ${seconds}`)
    }
  }
})

test('a secret is read as pages show it, and nothing else is one', () => {
  const key = readTotp(SEEDS.SHA1)?.key
  assert.equal(key?.toString(), '12345678901234567890')
  assert.deepEqual(readTotp(' gezd gnbv gy3t qojq-gezd gnbv gy3t qojq== ')?.key, key)
  for (const wrong of [
    '',
    '123456',
    'a',
    'otpauth://hotp/x?secret=GEZDGNBV',
    'otpauth://totp/x',
    'otpauth://totp/x?secret=GEZDGNBV&digits=2',
  ]) {
    assert.equal(readTotp(wrong), null, wrong)
  }
})
