import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { FEWEST, type Model, type Seen } from './model.ts'

/** Counters up to here are tried: a fraction of a second of hashing. */
const COUNTERS = 2 ** 17
/** Milliseconds by which clocks may differ, for what is tried by the millisecond; finer, only clocks that agree are. */
const CLOCKS = 1500
const AGREE = 10
/** Of the next counters, and of the milliseconds until the next is issued. */
const AHEAD = 64
const SOON = 3000

type Digest = (text: string) => string

const BY_LENGTH: Readonly<Record<number, readonly [name: string, digest: Digest]>> = {
  8: ['crc32', (text) => crc32(text).toString(16).padStart(8, '0')],
  32: ['md5', (text) => hash('md5', text, 'hex')],
  40: ['sha1', (text) => hash('sha1', text, 'hex')],
  64: ['sha256', (text) => hash('sha256', text, 'hex')],
}

/** How a time is written into what is hashed: its unit in microseconds, and how far around the arrival it is tried. */
interface Writing {
  readonly name: string
  readonly unit: number
  readonly around: number
  write(count: number): string
}

const WRITINGS: readonly Writing[] = [
  { name: 'the seconds since 1970', unit: 1_000_000, around: CLOCKS + 1000, write: String },
  { name: 'the milliseconds since 1970', unit: 1000, around: CLOCKS, write: String },
  {
    name: 'uniqid()',
    unit: 1,
    around: AGREE,
    write: (micro) => {
      const second = Math.floor(micro / 1_000_000)
      return second.toString(16) + (micro - second * 1_000_000).toString(16).padStart(5, '0')
    },
  },
]

/** IDs that are the digest of a counter or of the time. */
export function hashModel(seen: readonly Seen[], now: () => number): Model | null {
  if (seen.length < FEWEST) return null
  const read = seen.map(({ id, at }) => ({ at, ...digestIn(id) }))
  const [first] = read
  const [name, digest] = BY_LENGTH[first?.digest.length ?? 0] ?? []
  if (!first || name === undefined || digest === undefined) return null
  if (read.some(({ rest, digest }) => rest !== first.rest || digest.length !== first.digest.length))
    return null
  const made = byCounter(name, digest, read) ?? byClock(name, digest, read, now)
  return (
    made && {
      ...made,
      bits: first.digest.length * 4,
      has(id) {
        const next = digestIn(id)
        return next.rest === first.rest && made.told.has(next.digest)
      },
    }
  )
}

/** The hex in it, which a UUID interrupts, and what is around that. */
function digestIn(id: string): { digest: string; rest: string } {
  const text = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id.replaceAll('-', '') : id
  const [digest = ''] =
    /(?<![0-9a-z])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{8})(?![0-9a-z])/i.exec(text) ?? []
  return { digest: digest.toLowerCase(), rest: text.replace(digest, '') }
}

type Read = { readonly at: number | null; readonly digest: string }
type Told = Pick<Model, 'how' | 'candidates'> & { readonly told: ReadonlySet<string> }

function byCounter(name: string, digest: Digest, read: readonly Read[]): Told | null {
  const wanted = new Set(read.map((each) => each.digest))
  const found = new Map<string, number>()
  for (let count = 0; count < COUNTERS && found.size < wanted.size; count += 1) {
    const made = digest(String(count))
    if (wanted.has(made)) found.set(made, count)
  }
  const counts = read.map((each) => found.get(each.digest))
  const last = counts.at(-1)
  // Of a short digest some are hit by chance, and not in their order.
  if (
    last === undefined ||
    !counts.every((count, at) => count !== undefined && count > (counts[at - 1] ?? -1))
  )
    return null
  const told = new Set(Array.from({ length: AHEAD }, (_, ahead) => digest(String(last + 1 + ahead))))
  return { how: `${name} of a counter`, candidates: told.size, told }
}

function byClock(name: string, digest: Digest, read: readonly Read[], now: () => number): Told | null {
  const dated = read.filter(({ at }) => at !== null).slice(-FEWEST)
  if (dated.length < FEWEST) return null
  for (const writing of WRITINGS) {
    const counts = dated.map(({ at, digest: wanted }) => countOf(writing, digest, wanted, at ?? 0))
    const [last] = counts.slice(-1)
    if (counts.includes(null) || last === undefined || last === null) continue
    const { unit, write } = writing
    // By the site's clock, which the last one told.
    const offset = (last * unit) / 1000 - (dated.at(-1)?.at ?? 0)
    const from = Math.max(last + 1, Math.floor(((now() + offset - AGREE) * 1000) / unit))
    const until = from + Math.min(1_000_000, Math.ceil((SOON * 1000) / unit))
    const told = new Set<string>()
    for (let count = from; count <= until; count += 1) told.add(digest(write(count)))
    return { how: `${name} of ${writing.name}`, candidates: told.size, told }
  }
  return null
}

/** The time in it, in its unit; null where it is none of those around its arrival. */
function countOf(
  { unit, around, write }: Writing,
  digest: Digest,
  wanted: string,
  at: number,
): number | null {
  const [from, until] = [at - around, at + around].map((time) => Math.floor((time * 1000) / unit))
  for (let count = from ?? 0; count <= (until ?? 0); count += 1) {
    if (digest(write(count)) === wanted) return count
  }
  return null
}
