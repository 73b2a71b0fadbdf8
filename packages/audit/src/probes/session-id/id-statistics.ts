/** How improbable a coincidence must be before it counts as a property of the IDs. */
const CHANCE = 1e-6
const FEWEST_SAMPLES = 3

/**
 * Characters that are the same in all samples, where chance would not explain it: a single equal character
 * among three IDs means little, a run of eight means that it is a prefix.
 */
export function constantPositions(ids: readonly string[], alphabet: number): number {
  const [first = '', ...rest] = ids
  if (ids.length < FEWEST_SAMPLES || rest.some((id) => id.length !== first.length)) return 0
  let constant = 0
  let run = 0
  for (let at = 0; at <= first.length; at += 1) {
    const same = at < first.length && rest.every((id) => id[at] === first[at])
    if (same) run += 1
    else {
      if (first.length * alphabet ** -(run * rest.length) < CHANCE) constant += run
      run = 0
    }
  }
  return constant
}

/** A regularity: what it is, and how many characters of each ID it explains. */
export interface Regularity {
  readonly name: string
  readonly characters: number
}

/** How the IDs, in the order they were issued, follow a counter or the clock; null when they do not. */
export function findRegularity(ids: readonly string[], now = Date.now()): Regularity | null {
  if (ids.length < FEWEST_SAMPLES) return null
  const timed = clock(ids, now)
  if (timed) return timed
  const counted = counter(ids)
  return counted === null ? null : { name: counted, characters: Math.max(...ids.map((id) => id.length)) }
}

/** The part that differs, read as a number in the smallest base that can hold it, only ever grows a little. */
function counter(ids: readonly string[]): string | null {
  const prefix = commonPrefix(ids)
  const tails = ids.map((id) => id.slice(prefix.length))
  const base = tails.every((tail) => /^\d+$/.test(tail))
    ? 10
    : tails.every((tail) => /^[0-9a-f]+$/i.test(tail))
      ? 16
      : 36
  if (tails.some((tail) => !/^[0-9a-z]+$/i.test(tail) || tail.length > 12)) return sameTail(ids)
  const numbers = tails.map((tail) => Number.parseInt(tail, base))
  const steps = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0))
  if (steps.some((step) => step <= 0)) return null
  const widest = Math.max(...ids.map((id) => id.length))
  const fixed = steps.every((step) => step === steps[0])
  // By chance: each step lands within the largest step of the one before.
  const space = base ** Math.max(...tails.map((tail) => tail.length))
  const likely = (Math.max(...steps) / Math.max(space, base ** Math.min(widest, 12))) ** steps.length
  if (!fixed && likely > CHANCE) return null
  return fixed ? `counts up by ${steps[0]}` : `counts up by at most ${Math.max(...steps)}`
}

/** A counter in front of a constant end, as in `17-node3`. */
function sameTail(ids: readonly string[]): string | null {
  const suffix = [...commonPrefix(ids.map((id) => [...id].reverse().join('')))].reverse().join('')
  if (suffix.length === 0) return null
  const heads = ids.map((id) => id.slice(0, id.length - suffix.length))
  return heads.every((head) => /^[0-9a-z]{1,12}$/i.test(head)) ? counter(heads) : null
}

function commonPrefix(ids: readonly string[]): string {
  const [first = '', ...rest] = ids
  let length = 0
  while (length < first.length && rest.every((id) => id[length] === first[length])) length += 1
  return first.slice(0, length)
}

type Clock = readonly [pattern: RegExp, milliseconds: (digits: string) => number, name: string]

/** Ways in which IDs are known to hold the time: seconds or milliseconds, decimal or hex, and UUIDs. */
const CLOCKS: readonly Clock[] = [
  [/(?<!\d)(1[5-9]\d{11}|2[0-3]\d{11})(?!\d)/, Number, 'milliseconds since 1970'],
  [/(?<!\d)(1[5-9]\d{8}|2[0-3]\d{8})(?!\d)/, (digits) => Number(digits) * 1000, 'seconds since 1970'],
  [
    /^([0-9a-f]{8})(?=[0-9a-f]{5}$|[0-9a-f]{16}$|[0-9a-f]{5}\.)/i,
    (digits) => Number.parseInt(digits, 16) * 1000,
    'seconds since 1970, in hex',
  ],
  [
    /^([0-9a-f]{8}-[0-9a-f]{4})-7/i,
    (digits) => Number.parseInt(digits.replace('-', ''), 16),
    'milliseconds since 1970 (UUIDv7)',
  ],
  [/^([0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3})/i, uuid1Time, 'the time (UUIDv1)'],
]
const NEAR = 86_400_000

function clock(ids: readonly string[], now: number): Regularity | null {
  for (const [pattern, read, name] of CLOCKS) {
    const found = ids.map((id) => pattern.exec(id)?.[1] ?? '')
    const near = found.every((digits) => digits !== '' && Math.abs(read(digits) - now) < NEAR)
    if (near) return { name: `holds ${name}`, characters: found[0]?.length ?? 0 }
  }
  return null
}

/** 100 ns since 1582-10-15 (RFC 9562, section 5.1). */
function uuid1Time(text: string): number {
  const [low = '', mid = '', high = ''] = text.split('-')
  return Number(BigInt(`0x${high.slice(1)}${mid}${low}`) / 10_000n) - 12_219_292_800_000
}
