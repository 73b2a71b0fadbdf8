import type { StorageEvidence, StorePlace } from '../../evidence/id-exposed.ts'
import { fingerprint, looksRandom, placeholder, type Secrets } from '../../network/redaction/secrets.ts'
import type { Stored, StoredItem } from '../../options/recording/storage-state.ts'
import type { Known, Place, Values } from './places.ts'
import { unescaped } from './search.ts'
import { isTelling, type Written, writingsOf } from './secret-forms.ts'

/** More entries tell no more. */
const MOST_ENTRIES = 2

/** Which entries of a browser's storage have one of the values, each entry once, with the proved ones first. */
export function placesInStorage(
  secrets: Secrets,
  { items }: Stored,
  { values, proved }: Pick<Known, 'values' | 'proved'>,
): readonly Place[] {
  const all = [...values].flatMap(([carrier, own]) =>
    entriesWith(items, own).map(({ item, written }): Place => {
      const { where, name } = shown(secrets, item, written, carrier)
      const about = { carrier, where, name, form: written.form, exchange: null, mayBeShared: false }
      const url = secrets.redactUrl(item.origin)
      return { written, place: { ...about, url, value: fingerprint(written.value) } }
    }),
  )
  const rank = ({ written: { form, value } }: Place) => (form === 'id' ? 2 : proved.has(value) ? 0 : 1)
  const first = new Map<string, Place>()
  for (const each of all.toSorted((a, b) => rank(a) - rank(b))) {
    const { carrier, where, name, url } = each.place
    const key = JSON.stringify([carrier, where, name, url])
    if (!first.has(key)) first.set(key, each)
  }
  return [...first.values()].slice(0, MOST_ENTRIES)
}

/** What was looked at, and which entries hold a token that a header carries. */
export function storageOf(secrets: Secrets, { stores, items }: Stored, tokens: Values): StorageEvidence {
  const holding = [...tokens].flatMap(([carrier, own]) =>
    entriesWith(items, own).map(({ item, written }) => ({
      carrier,
      ...shown(secrets, item, written, carrier),
    })),
  )
  const each = new Map(holding.map((entry) => [JSON.stringify(entry), entry]))
  return {
    read: stores.map(placeOf),
    entries: new Set(items.map(({ origin, store, name }) => JSON.stringify([origin, store, name]))).size,
    tokens: [...each.values()].slice(0, MOST_ENTRIES),
  }
}

function entriesWith(items: readonly StoredItem[], values: ReadonlySet<string>) {
  const writings = [...values].filter(isTelling).flatMap(writingsOf)
  return items.flatMap((item) => {
    const text = [item.name, item.value, unescaped(item.value)].join('\n')
    const written = writings.find((each) => text.includes(each.text))
    return written ? [{ item, written }] : []
  })
}

/** A name may have the value too, or another that nobody should read. */
function shown(secrets: Secrets, { store, name }: StoredItem, { text, value }: Written, carrier: string) {
  const clean = secrets.redact(name.replaceAll(text, placeholder(carrier, value)))
  return { where: placeOf(store), name: clean.replaceAll(RUNS, hideRandom) }
}

/** What an audit has hidden already stands between these. */
const RUNS = /<[^>]*>|[^\s<>:/|.]{16,}/g

function hideRandom(run: string): string {
  return !run.startsWith('<') && looksRandom(run) ? placeholder('part', run) : run
}

function placeOf(store: StoredItem['store']): StorePlace {
  return `${store}-storage`
}
