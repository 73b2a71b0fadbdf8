import type { IdExposedEvidence } from '../../evidence/id-exposed.ts'
import { placesIn } from '../exposed/places.ts'
import type { Visitor } from './visitor.ts'

/** Where answers have a visitor's session besides its own Set-Cookie. An ID without its signature proves nothing here. */
export function visitorIdExposed({ clients: { http }, tried }: Visitor): IdExposedEvidence {
  const carriers = tried.filter(({ cookie }) => cookie.provedBy !== null).map(({ cookie }) => cookie.name)
  const given = http.answers.flatMap(({ cookies }) => cookies).filter(({ deletion }) => !deletion)
  const values = new Map(
    carriers.map((name) => [
      name,
      new Set(given.filter((one) => one.name === name).map(({ value }) => value)),
    ]),
  )
  const known = { values, proved: new Set<string>(), carriers, renamings: [] }
  const { places, about } = placesIn(http, http.answers, known)
  const seen = places
    .filter(({ place }) => place.form !== 'id')
    .map(({ place }) => ({ ...place, isProved: true, replay: null }))
  return { seen, ...about }
}
