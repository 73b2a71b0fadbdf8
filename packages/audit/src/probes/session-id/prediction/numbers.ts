import { FEWEST, type Model } from './model.ts'

/** An ID read as a number that changes and a rest that does not. */
interface Reading {
  readonly number: bigint
  readonly rest: string
  /** Seconds beside it, which may be a little later in the next. */
  readonly seconds?: bigint
}

interface Reader {
  readonly name: string
  readonly bits: number
  read(id: string): Reading | null
}

/** So many numbers are told at most: more would be no prediction. */
const MOST = 2n ** 28n
/** Seconds that may pass until the next is issued, where it holds them. */
const LATER = 60n
const UUID1 = /^([0-9a-f]{8})-([0-9a-f]{4})-1([0-9a-f]{3})-([0-9a-f]{4}-[0-9a-f]{12})$/i

const big = (hex: string) => BigInt(`0x${hex}`)

/** Seconds since 1970 in hex, from 2012 to 2040. */
function isNow(seconds: string): boolean {
  return /^(?:5[0-9a-f]|6[0-9a-f]|7[0-9a-f]|8[0-3])/i.test(seconds)
}

/** Forms in which the number does not stand as one. */
const FORMS: readonly Reader[] = [
  {
    name: 'the time of a UUIDv1',
    bits: 122,
    read(id) {
      const [, low = '', mid = '', high = '', rest = ''] = UUID1.exec(id) ?? []
      return low === '' ? null : { number: big(high + mid + low), rest }
    },
  },
  {
    name: 'the counter of an ObjectId',
    bits: 96,
    read(id) {
      const [, seconds = '', rest = '', count = ''] =
        /^([0-9a-f]{8})([0-9a-f]{10})([0-9a-f]{6})$/i.exec(id) ?? []
      return isNow(seconds) ? { number: big(count), rest, seconds: big(seconds) } : null
    },
  },
  {
    name: 'the microseconds of uniqid()',
    bits: 52,
    read(id) {
      const [, seconds = '', micro = ''] = /^([0-9a-f]{8})([0-9a-f]{5})$/i.exec(id) ?? []
      return isNow(seconds) ? { number: big(seconds) * 1_000_000n + big(micro), rest: '' } : null
    },
  },
]

const BASES: readonly (readonly [
  name: string,
  digits: string,
  size: number,
  read: (text: string) => bigint,
])[] = [
  ['', '0-9', 10, BigInt],
  [', in hex', '0-9a-fA-F', 16, big],
  [
    ', in base 36',
    '0-9a-z',
    36,
    (text) => [...text].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n),
  ],
  [', in base64', '\\w+/-', 64, (text) => big(Buffer.from(text, 'base64').toString('hex') || '0')],
  [
    ', lowest byte first',
    '0-9a-fA-F',
    16,
    (text) => big(Buffer.from(text, 'hex').reverse().toString('hex') || '0'),
  ],
]

/** A number that grows, by the same step or by small ones, or that a linear congruential generator makes. */
export function numberModel(ids: readonly string[]): Model | null {
  if (ids.length < FEWEST) return null
  for (const reader of [...FORMS, ...plainReaders(ids)]) {
    const readings = ids.map((id) => reader.read(id))
    const [first] = readings
    if (!first || readings.some((reading) => reading?.rest !== first.rest)) continue
    const whole = readings.filter((reading) => reading !== null)
    const found = growing(reader, whole) ?? congruential(reader, whole)
    if (found) return found
  }
  return null
}

/** What all end in is no part of the number, nor what stands before its first digit. */
function plainReaders(ids: readonly string[]): Reader[] {
  const suffix = commonSuffix(ids)
  const longest = Math.max(...ids.map(({ length }) => length))
  return BASES.map(([name, digits, size, value]) => {
    const pattern = new RegExp(`^(.*?)([${digits}]+)$`, 's')
    return {
      name: `a number${name}`,
      bits: Math.floor(longest * Math.log2(size)),
      read(id) {
        if (!id.endsWith(suffix)) return null
        const [, prefix = '', number = ''] = pattern.exec(id.slice(0, id.length - suffix.length)) ?? []
        return number === '' ? null : { number: value(number), rest: prefix + suffix }
      },
    }
  })
}

function growing({ name, bits, read }: Reader, readings: readonly Reading[]): Model | null {
  const last = readings.at(-1)
  const steps = readings.slice(1).map(({ number }, at) => number - (readings[at]?.number ?? 0n))
  const [step = 0n] = steps
  if (last === undefined || steps.some((each) => each <= 0n)) return null
  const unit = steps.reduce(divisor)
  const [largestStep = step] = steps.toSorted((a, b) => (a < b ? 1 : -1))
  const largest = largestStep / unit
  const isFixed = steps.every((each) => each === step)
  // Others may be given some in between, and the next may come later than those before.
  const ahead = isFixed ? 4n : 64n * largest
  const candidates = ahead * (last.seconds === undefined ? 1n : LATER + 1n)
  if (candidates > MOST || 2n * BigInt(candidates.toString(2).length) > BigInt(bits)) return null
  return {
    how: isFixed ? `${name} that grows by ${step}` : `${name} that grows by at most ${largest * unit}`,
    candidates: Number(candidates),
    bits,
    has(id) {
      const next = read(id)
      if (next === null || next.rest !== last.rest || !isSoon(last, next)) return false
      const grown = next.number - last.number
      return grown > 0n && grown % unit === 0n && grown / unit <= ahead
    },
  }
}

function isSoon({ seconds: before }: Reading, { seconds: now }: Reading): boolean {
  return before === undefined || now === undefined || (now >= before && now - before <= LATER)
}

const MODULI = [2n ** 31n, 2n ** 31n - 1n, 2n ** 32n, 2n ** 48n, 2n ** 64n]
/** Two unknowns, and three that must follow from them. */
const FEWEST_STATES = 6
const OUTPUTS = 16

/** Each is the one before times one number plus another, by a modulus that generators use. */
function congruential({ name, bits, read }: Reader, readings: readonly Reading[]): Model | null {
  const numbers = readings.map(({ number }) => number)
  const [a = 0n, b = 0n, c = 0n] = numbers
  const [last] = readings.slice(-1)
  if (numbers.length < FEWEST_STATES || last === undefined) return null
  for (const modulus of MODULI) {
    if (numbers.some((number) => number >= modulus)) continue
    const inverse = inverseOf(b - a, modulus)
    if (inverse === null) continue
    const factor = mod((c - b) * inverse, modulus)
    const next = (number: bigint) => mod(factor * (number - a) + b, modulus)
    if (!numbers.slice(1).every((number, at) => number === next(numbers[at] ?? 0n))) continue
    const told = new Set<bigint>()
    for (let number = next(last.number), count = 0; count < OUTPUTS; count += 1, number = next(number))
      told.add(number)
    return {
      how: `${name} that a linear congruential generator makes (modulo ${modulus})`,
      candidates: told.size,
      bits,
      has(id) {
        const reading = read(id)
        return reading !== null && reading.rest === last.rest && told.has(reading.number)
      },
    }
  }
  return null
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b)
}

function mod(number: bigint, modulus: bigint): bigint {
  return ((number % modulus) + modulus) % modulus
}

/** By the extended Euclidean algorithm; null where there is none. */
function inverseOf(number: bigint, modulus: bigint): bigint | null {
  let [r, next, s, then] = [mod(number, modulus), modulus, 1n, 0n]
  while (next !== 0n) {
    const quotient = r / next
    ;[r, next, s, then] = [next, r - quotient * next, then, s - quotient * then]
  }
  return r === 1n ? mod(s, modulus) : null
}

function commonSuffix(ids: readonly string[]): string {
  const [first = '', ...rest] = ids
  let length = 0
  while (length < first.length - 1 && rest.every((id) => id.at(-1 - length) === first.at(-1 - length)))
    length += 1
  return length === 0 ? '' : first.slice(-length)
}
