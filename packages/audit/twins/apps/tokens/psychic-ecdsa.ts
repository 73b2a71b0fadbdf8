import { createHash, type KeyObject } from 'node:crypto'

/** P-256 (FIPS 186-5, SP 800-186). */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const G: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
]

/** Null is the point at infinity. */
type Point = readonly [bigint, bigint] | null

/**
 * Verifies ES256 by the equation alone and forgets that r and s must not be zero, as Java 15 to 18 did
 * (CVE-2022-21449): the inverse of 0 is taken for 0, and the point at infinity has the x of 0.
 */
export function verifyWithoutRange(token: string, key: KeyObject): boolean {
  const [head, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  if (bytes.length !== 64) return false
  const [r, s] = [numberOf(bytes.subarray(0, 32)), numberOf(bytes.subarray(32))]
  const jwk = key.export({ format: 'jwk' })
  const q: Point = [
    numberOf(Buffer.from(jwk.x ?? '', 'base64url')),
    numberOf(Buffer.from(jwk.y ?? '', 'base64url')),
  ]
  const z = numberOf(createHash('sha256').update(`${head}.${payload}`).digest())
  const w = power(s, N - 2n, N)
  const sum = add(times(G, mod(z * w, N)), times(q, mod(r * w, N)))
  return mod(sum?.[0] ?? 0n, N) === r
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
}

function mod(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by
}

function power(base: bigint, exponent: bigint, by: bigint): bigint {
  let [result, square] = [1n, mod(base, by)]
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = mod(result * square, by)
    square = mod(square * square, by)
  }
  return result
}

function add(a: Point, b: Point): Point {
  if (a === null || b === null) return a ?? b
  if (a[0] === b[0] && mod(a[1] + b[1], P) === 0n) return null
  const slope =
    a[0] === b[0]
      ? mod(3n * (a[0] * a[0] - 1n) * power(2n * a[1], P - 2n, P), P)
      : mod((b[1] - a[1]) * power(b[0] - a[0], P - 2n, P), P)
  const x = mod(slope * slope - a[0] - b[0], P)
  return [x, mod(slope * (a[0] - x) - a[1], P)]
}

function times(point: Point, by: bigint): Point {
  let [result, doubled]: [Point, Point] = [null, point]
  for (let left = by; left > 0n; left >>= 1n) {
    if (left & 1n) result = add(result, doubled)
    doubled = add(doubled, doubled)
  }
  return result
}
