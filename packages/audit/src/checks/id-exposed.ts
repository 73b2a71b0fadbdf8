import type { CarrierEvidence, IdExposedEvidence } from '../evidence/evidence.ts'
import { headersOf } from '../judging/carrier-cookies.ts'
import type { Check, Finding } from '../judging/check.ts'
import { judgeTogether } from '../judging/together.ts'
import { fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

type Place = IdExposedEvidence['seen'][number]

export const idExposed: Check<'carrier' | 'idExposed'> = {
  id: 'id-exposed',
  title: 'The session cookie’s value is told nowhere but in its Set-Cookie',
  risk: 'A script that gets into the page, a saved copy of it or a cache has the session, although its cookie is kept from scripts; whoever receives it is signed in as the user.',
  severity: 'medium',
  refs: ['WSTG-SESS-02', 'WSTG-SESS-04', 'ASVS-3.3.4', 'ASVS-14.3.3', 'CWE-1004', 'CWE-200'],
  needs: ['carrier', 'idExposed'],
  fixes: {
    'express-session': 'Do not give `req.sessionID` to pages, headers or JSON.',
    php: 'Do not print `session_id()` or `SID`, and keep `session.use_trans_sid = 0` (the default).',
    django: 'Do not give `request.session.session_key` to templates or JSON.',
    rails: 'Do not render `session.id` or `request.session_options[:id]`.',
    laravel: 'Do not render `session()->getId()`.',
  },

  judge({ carrier, idExposed }, { target, carriers }) {
    const { answersSearched, storage } = idExposed
    const basis = { exchanges: idExposed.seen.flatMap(({ exchange }) => exchange ?? []) }
    if (carriers === null && !target.passive)
      return inconclusive('what carries the session is not certain', basis)
    const headers = headersOf(carrier)
    if (carrier.carriers.every((name) => headers.includes(name))) {
      return skipped(
        `the session travels in the ${listed(headers)} header, which a page's script has to know${keptIn(storage)}`,
      )
    }
    // The site takes it as a token of a script too, and a script keeps it: it was never kept from scripts.
    const tokens = new Set(
      idExposed.seen.filter(({ bearer }) => bearer?.state === 'signed-in').map((place) => place.carrier),
    )
    const seen = idExposed.seen.filter((place) => !tokens.has(place.carrier))
    const searched = idExposed.searched.filter((name) => !tokens.has(name))
    const unsearched = idExposed.unsearched.filter((name) => !tokens.has(name))
    if (searched.length + unsearched.length === 0) {
      return skipped(
        'the cookie has the token that a page’s script is given for its header, or none was at hand',
      )
    }
    const shown = seen.filter(isSession)
    const { excused, unsure } = together(carrier, shown, [...searched, ...unsearched])
    const set = shown.filter((place) => !excused.includes(place.carrier) && !unsure.includes(place.carrier))
    if (set.length > 0)
      return fail(
        set.map((place) => findingOf(place, target.passive)),
        basis,
      )
    const unknown = seen.find((place) => !isSession(place) && place.replay?.state !== 'anonymous')
    const dead = seen.find((place) => !isSession(place) && place.form !== 'id')
    const open = unknown ?? dead
    if (open !== undefined) {
      const why = isDoubtful(open)
        ? 'and whether it is a token that scripts send in a header was not clear'
        : 'in a session that had ended when it was sent again'
      return inconclusive(`${open.carrier} was seen in ${placeOf(open)} of ${open.url}, ${why}`, basis)
    }
    if (unsure.length > 0) {
      return inconclusive(
        `${listed(unsure)} is shown, and whether what is needed beside it is a secret is not certain`,
        basis,
      )
    }
    if (unsearched.length > 0) {
      return inconclusive(
        `the value of ${listed(unsearched)} is too short or too plain to be told from other text`,
        basis,
      )
    }
    const ids = [...new Set(seen.filter(({ form }) => form === 'id').map((place) => place.carrier))]
    const notes = [
      ...excused.map((name) => `${name} is shown, and opens nothing without the others`),
      ...ids.map((name) => `the ID of ${name} is shown without its signature, and signs in nobody`),
    ]
    const kept = searched.filter((name) => !excused.includes(name))
    const good = `The value of ${listed(kept)} was in none of ${answersSearched} answers but in its own Set-Cookie`
    const stored = target.passive ? '' : besides(storage)
    return pass([`${good}${stored}`, ...notes].join('. '), basis)
  },
}

/** It is what was proved to carry the session, or it signed in. */
function isSession(place: Place): boolean {
  return (place.isProved || place.replay?.state === 'signed-in') && !isDoubtful(place)
}

function isDoubtful({ bearer }: Place): boolean {
  return bearer?.state === 'unclear'
}

const STORES = { 'local-storage': 'local storage', 'session-storage': 'session storage' } as const

function besides(storage: IdExposedEvidence['storage']): string {
  if (storage === undefined || storage.read.length === 0)
    return '; what pages keep in the browser’s storage was not read: --browser reads it'
  const where = listed(storage.read.map((store) => STORES[store]))
  return storage.entries === 0
    ? `, and nothing was in the ${where}`
    : `, nor in the ${where} (entries: ${storage.entries})`
}

function keptIn(storage: IdExposedEvidence['storage']): string {
  const [first] = storage?.tokens ?? []
  return first === undefined
    ? ''
    : `; it is kept in the entry ${first.name} of the ${STORES[first.where]}, where any script of the page can read it`
}

/** What opens nothing without another that is not shown is no session. */
function together(carrier: CarrierEvidence, shown: readonly Place[], names: readonly string[]) {
  const finding = { where: '', seen: '', fix: '', exchanges: [] }
  const isShown = (name: string) => shown.some((place) => place.carrier === name)
  return judgeTogether(
    carrier,
    new Map(names.map((name) => [name, { findings: isShown(name) ? [finding] : [] }])),
  )
}

function placeOf({ where, name }: Place): string {
  const places: Readonly<Record<Place['where'], string>> = {
    header: `the header ${name}`,
    cookie: `the cookie ${name}, which scripts can read`,
    field: `the field ${name} of a form`,
    script: 'a script of the page',
    page: 'the source of the page',
    json: 'the JSON',
    file: 'the text',
    'login-answer': 'the answer to the login',
    'local-storage': `the entry ${name} of the local storage`,
    'session-storage': `the entry ${name} of the session storage`,
  }
  return places[where]
}

const WRITTEN: Readonly<Record<Place['form'], string>> = {
  value: 'The value',
  decoded: 'The decoded value',
  encoded: 'The value, percent-encoded,',
  base64: 'The value, in base64,',
  id: 'The ID without its signature, which signs in as well,',
}

function findingOf(place: Place, isVisitors: boolean): Finding {
  const whose = isVisitors ? 'a visitor’s session' : 'the session'
  const what = `${WRITTEN[place.form]} of ${place.carrier}, which carries ${whose}, is in ${placeOf(place)}`
  const about = {
    where: place.url,
    kind: `${place.carrier} in ${place.where} ${place.name ?? ''}`.trimEnd(),
    fix: 'Send the value in the Set-Cookie header of this cookie and nowhere else. A page that must know its session can be given a name for it that opens nothing.',
    exchanges: [place.exchange, place.replay?.exchange, place.bearer?.exchange].flatMap((id) => id ?? []),
  }
  if (place.mayBeShared) {
    const seen = `${what}, in an answer that caches shared with others may keep.`
    return { ...about, seen, severity: 'high' }
  }
  if (place.where === 'login-answer') {
    const seen = `${what} besides its Set-Cookie: the script that signs in can read and keep it.`
    return { ...about, seen, severity: 'low' }
  }
  if (place.value === undefined)
    return { ...about, seen: `${what}: HttpOnly does not keep it from scripts there.` }
  const long = place.where === 'local-storage' ? ', and it stays there when the browser is closed' : ''
  return {
    ...about,
    seen: `${what} (SHA-256 ${place.value}…): HttpOnly does not keep it from scripts there${long}.`,
  }
}
