import { cacheHeadersOf, sharingOf } from '../../evidence/cacheability.ts'
import type { ExposedPlace, IdExposedEvidence } from '../../evidence/id-exposed.ts'
import type { Http } from '../../network/http.ts'
import { type Renaming, underLabel } from '../carrier/renamed.ts'
import { occurrencesIn } from './search.ts'
import { isTelling, type Written, writingsOf } from './secret-forms.ts'

/** More places tell no more. */
const MOST_PLACES = 6

export type Values = ReadonlyMap<string, ReadonlySet<string>>

export interface Known {
  /** By the name of what carries the session. */
  readonly values: Values
  /** Of one place with several of them, one of these is told. */
  readonly proved: ReadonlySet<string>
  readonly carriers: readonly string[]
  readonly renamings: readonly Renaming[]
}

export interface Place {
  readonly written: Written
  readonly place: Omit<ExposedPlace, 'isProved' | 'replay'>
}

/** Where these answers have one of the values, each place once. */
export function placesIn(
  http: Pick<Http, 'secrets'>,
  answers: Http['answers'],
  { values, proved, carriers, renamings }: Known,
): { places: readonly Place[]; about: Omit<IdExposedEvidence, 'seen'> } {
  const telling = [...values].map(([name, all]) => [name, [...all].filter(isTelling)] as const)
  const places = new Map<string, Place>()
  for (const [carrier, secrets] of telling) {
    const writings = secrets.flatMap(writingsOf)
    const occurrences = answers.flatMap((answer) => occurrencesIn(answer, writings))
    for (const { where, name, written, answer } of occurrences) {
      // Whether scripts can read what carries the session is for `cookie-httponly`.
      if (where === 'cookie' && carriers.includes(underLabel(name ?? '', renamings))) continue
      const isId = written.form === 'id'
      const key = JSON.stringify([carrier, where, name, isId, answer.url.pathname])
      if (places.has(key) && !proved.has(written.value)) continue
      const { url, exchange, method, headers } = answer
      const place = {
        ...{ carrier, where, name, form: written.form, exchange, url: http.secrets.redactUrl(url.href) },
        mayBeShared: method === 'GET' && sharingOf(cacheHeadersOf(headers)) === 'allowed',
      }
      if (!proved.has(places.get(key)?.written.value ?? '')) places.set(key, { written, place })
    }
  }
  return {
    places: [...places.values()].slice(0, MOST_PLACES),
    about: {
      answersSearched: answers.length,
      searched: telling.filter(([, secrets]) => secrets.length > 0).map(([name]) => name),
      unsearched: telling.filter(([, secrets]) => secrets.length === 0).map(([name]) => name),
    },
  }
}
