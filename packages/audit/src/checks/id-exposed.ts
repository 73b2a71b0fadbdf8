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

  judge({ carrier, idExposed: { seen, answersSearched, searched, unsearched } }, { target, carriers }) {
    const basis = { exchanges: seen.map(({ exchange }) => exchange) }
    if (carriers === null && !target.passive)
      return inconclusive('what carries the session is not certain', basis)
    const headers = headersOf(carrier)
    if (carrier.carriers.every((name) => headers.includes(name))) {
      return skipped(
        `the session travels in the ${listed(headers)} header, which a page's script has to know`,
      )
    }
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
      return inconclusive(
        `${open.carrier} was seen in ${placeOf(open)} of ${open.url}, in a session that had ended when it was sent again`,
        basis,
      )
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
    return pass([good, ...notes].join('. '), basis)
  },
}

/** It is what was proved to carry the session, or it signed in. */
function isSession({ isProved, replay }: Place): boolean {
  return isProved || replay?.state === 'signed-in'
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
    exchanges: [place.exchange, ...(place.replay ? [place.replay.exchange] : [])],
  }
  if (place.mayBeShared) {
    const seen = `${what}, in an answer that caches shared with others may keep.`
    return { ...about, seen, severity: 'high' }
  }
  if (place.where === 'login-answer') {
    const seen = `${what} besides its Set-Cookie: the script that signs in can read and keep it.`
    return { ...about, seen, severity: 'low' }
  }
  return { ...about, seen: `${what}: HttpOnly does not keep it from scripts there.` }
}
