import { describeValue } from '../value.ts'

/** Fewer samples show next to nothing of a bit. */
const FEWEST = 50
/** Quantile of the normal distribution for 99 %, as in NIST SP 800-90B, 6.3.1. */
const Z = 2.576
/** Beyond this many standard deviations a bit is biased and not unlucky. */
const CERTAIN = 6

/** What the samples say of how random each bit is. */
export interface ShownBits {
  /** With 99 % confidence at least so many, were the bits independent of each other. */
  readonly least: number
  /** At most so many: bits that always, or nearly always, have one value hold less. */
  readonly most: number
}

/**
 * The most common value of each bit (NIST SP 800-90B, 6.3.1, for each position), after decoding. Null where there are too
 * few samples, or of several lengths. What follows from a counter through a hash looks as random as anything.
 */
export function shownBits(values: readonly string[]): ShownBits | null {
  const shapes = [...new Set(values)].map(describeValue)
  const [first] = shapes
  const size = shapes.length
  if (first === undefined || size < FEWEST || shapes.some(({ id }) => id.length !== first.id.length))
    return null
  const bytes = bytesOf(shapes.map(({ id }) => id))
  let [least, most] = [0, 0]
  for (let bit = 0; bit < (bytes[0]?.length ?? 0) * 8; bit += 1) {
    const ones = bytes.filter((each) => ((each[bit >> 3] ?? 0) >> (bit & 7)) & 1).length
    const share = Math.max(ones, size - ones) / size
    least += -Math.log2(Math.min(1, share + Z * deviation(share, size)))
    most += share === 1 ? 0 : -Math.log2(Math.max(0.5, share - CERTAIN * deviation(share, size)))
  }
  return { least, most }
}

function deviation(share: number, size: number): number {
  return Math.sqrt((share * (1 - share)) / (size - 1))
}

/** As hex or base64 where all of them are that, else as text. */
function bytesOf(ids: readonly string[]): Buffer[] {
  const plain = ids.map((id) =>
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id.replaceAll('-', '') : id,
  )
  if (plain.every((id) => /^(?:[0-9a-f]{2})+$/i.test(id))) return plain.map((id) => Buffer.from(id, 'hex'))
  if (plain.every((id) => /^[\w+/-]+$/.test(id))) return plain.map((id) => Buffer.from(id, 'base64'))
  return plain.map((id) => Buffer.from(id))
}
