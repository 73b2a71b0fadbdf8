import type { IdInUrlEvidence } from '../evidence/evidence.ts'
import type { Check, Finding } from '../judging/check.ts'
import { fail, inconclusive, listed, pass } from '../judging/verdicts.ts'

export const idInUrl: Check<'idInUrl'> = {
  id: 'id-in-url',
  title: 'The session ID is in no URL and works in none',
  risk: 'Whoever sees such an address, in a log, a history, a Referer header or a link that was passed on, can be in the same session.',
  severity: 'high',
  refs: ['WSTG-SESS-04', 'ASVS-14.2.1', 'CWE-598'],
  needs: ['idInUrl'],
  fixes: {
    php: 'Set `session.use_only_cookies = 1` and `session.use_trans_sid = 0` in php.ini (the defaults).',
    'java-servlet': 'Set `<tracking-mode>COOKIE</tracking-mode>` in the `<session-config>` of web.xml.',
    'express-session': 'Read the ID from the cookie alone: remove whatever copies it from the query.',
    rails: 'Keep `cookie_only: true` on the session store (the default).',
  },

  judge({ idInUrl: { seen, accepted, pagesSearched, formsTried, untried = [] } }, { target }) {
    const exchanges = [...seen.map((one) => one.exchange), ...accepted.map((one) => one.seen.exchange)]
    const taken = accepted.filter((one) => one.seen.state === 'signed-in')
    const findings = [...seenOnce(seen).map(foundIn), ...taken.map((one) => takenAs(one, target.passive))]
    if (findings.length > 0) return fail(findings, { exchanges })
    if (pagesSearched === 0) return inconclusive('no page could be searched for the ID', { exchanges })
    const tried = formsTried ?? accepted.length
    if (tried === 0) {
      return inconclusive('nothing was sent in a URL: what carries the session was not at hand', {
        exchanges,
      })
    }
    if (untried.length > 0) {
      return inconclusive(`${untried.map(listed).join(', nor ')} was not at hand to be sent in a URL`, {
        exchanges,
      })
    }
    const unclear = accepted.find((one) => one.seen.state === 'unclear')
    if (unclear !== undefined) {
      return inconclusive(`sending ${unclear.carrier} as ${unclear.form} gave an unclear answer`, {
        exchanges,
      })
    }
    const forms = `${tried} form${tried === 1 ? '' : 's'} of URL`
    return pass(
      `The ID's value was in none of the URLs of ${pagesSearched} page(s), and sent in ${forms} it was not accepted`,
      { exchanges },
    )
  },
}

/** One of each place and carrier: a link repeated on every page is one finding. */
function seenOnce(seen: IdInUrlEvidence['seen']): IdInUrlEvidence['seen'] {
  return seen.filter(
    (one, at) => seen.findIndex((other) => other.carrier === one.carrier && other.where === one.where) === at,
  )
}

const places: Readonly<Record<IdInUrlEvidence['seen'][number]['where'], string>> = {
  'request-url': 'the URL of a request',
  redirect: 'the address of a redirect',
  link: 'a link',
  'form-action': 'the action of a form',
}

function foundIn(one: IdInUrlEvidence['seen'][number]): Finding {
  return {
    where: one.url,
    kind: `${one.carrier} in ${one.where}`,
    seen: `The value of ${one.carrier} is in ${places[one.where]}: URLs end up in histories, logs and Referer headers.`,
    fix: 'Carry the session in a cookie only, and never write its value into a URL.',
    exchanges: [one.exchange],
  }
}

function takenAs(one: IdInUrlEvidence['accepted'][number], isVisitors: boolean): Finding {
  const does = isVisitors ? 'is taken for the visitor’s session' : 'signs in'
  return {
    where: one.form,
    kind: `${one.carrier} taken`,
    seen: `${one.carrier} sent in the URL (${one.form}) instead of the cookie ${does}: a link can plant a session or leak one.`,
    fix: 'Read the ID from the cookie only.',
    exchanges: [one.seen.exchange],
    severity: 'medium',
  }
}
