import { jsonOf } from '../../network/json.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import { saidBy } from '../said.ts'
import { saysWrongCredentials } from '../words.ts'
import { featuresOf } from './features.ts'
import type { Candidate, OracleSearch } from './search.ts'

/** Why no page told users from visitors, and what to do about it. */
export function explainFailure(search: OracleSearch, screened: readonly Candidate[]): AuditError {
  const { landed, looks, given, http, entry } = search
  const refused = loginRefused(search, screened)
  if (refused !== null) {
    const final = given || landed === null ? null : landed.final
    const first = landed?.answers[0]?.exchange ?? 0
    const before = http.answers.findLast(
      ({ exchange, url }) => exchange < first && url.pathname === entry.pathname,
    )
    const said = final && saidBy(final, before ?? null)
    const seen = [
      refused,
      ...(final ? [`it ended at ${final.url.pathname} with status ${final.status}`] : []),
      ...(said === null ? [] : [`it says "${said}"`]),
    ]
    const advice = adviceFor(search, said)
    return new AuditError(
      'sign_in_failed',
      `the site still treats us as a visitor (${seen.join('; ')}): ${advice.join('; ')}`,
    )
  }
  const pages = screened.map(
    ({ url, rule }) => `${url.pathname}${rule ? ' (differs, but not each time)' : ''}`,
  )
  const asked = (landed?.answers.slice(1) ?? []).find(
    (answer) => answer.method === 'POST' && answer.status < 400 && jsonOf(answer) !== undefined,
  )
  const request = asked && `POST ${http.secrets.redactUrl(asked.url.href)}`
  const help = request
    ? `, or, if ${request} that the page asks after the login only reads, give that with its body as --protected-request`
    : ''
  const leads =
    looks.username === null || looks.username.length < 3 ? '; the user name is too short to look for' : ''
  return new AuditError(
    'oracle_unstable',
    `no page tells a signed-in user from a visitor reliably: looked at ${pages.join(', ')}${leads}. Name one with --protected-url${help}`,
  )
}

/** What would help. Only a site that says that name and password were wrong is believed to have looked at them. */
function adviceFor({ landed, given, hints }: OracleSearch, said: string | null): string[] {
  if (given) return ['the cookie that was given opens nothing']
  const lost = landed?.answers
    .flatMap(({ cookies }) => cookies)
    .find(({ refusedByBrowsers }) => refusedByBrowsers)
  const advice = [
    ...(said !== null && saysWrongCredentials(said) ? ['check user name and password'] : []),
    ...(landed?.leftTo
      ? [
          `the login goes on at ${landed.leftTo.origin}, another origin, which is not contacted; a session of a browser can be given with --cookie`,
        ]
      : []),
    ...hints,
    ...([404, 405, 415].includes(landed?.final.status ?? 0)
      ? ['if a script sends the credentials, use --login-format json with --login-url']
      : []),
    ...(lost
      ? [`the cookie ${lost.name} was not kept, as browsers would not: ${lost.refusedByBrowsers}`]
      : []),
  ]
  if (advice.length > 0) return advice
  return [
    'the site does not say why; if a browser signs in there with the same name and password, its session can be given with --cookie',
  ]
}

/** Why the login itself must have failed, or null when it may have worked. */
function loginRefused(
  { landed, looks, protectedUrl, jar, given }: OracleSearch,
  screened: readonly Candidate[],
): string | null {
  const differs = screened.some(({ rule }) => rule !== null)
  if (protectedUrl !== null && screened[0] !== undefined && !differs) {
    const { status, redirect } = screened[0].signedIn.features
    if (status === 401 || status === 403) return `${protectedUrl.pathname} answers ${status}`
    if (redirect !== null) return `${protectedUrl.pathname} redirects to ${redirect}`
  }
  if (differs) return null
  if (landed === null || given) return 'nothing differs from a visitor'
  const final = landed.final
  if (final.status === 401 || final.status === 403 || final.status === 429)
    return `the login answered ${final.status}`
  if (pageOf(final).forms.length > 0 && featuresOf(final, looks).marks.has('login-form')) {
    return 'the login form came back'
  }
  if (jar.credentials(final.url).length === 0) return 'the login set no cookie'
  const redirected = landed.answers.some(({ location }) => location !== null)
  const answered = landed.answers.some(({ cookies }) => cookies.some(({ deletion }) => !deletion))
  if (!redirected && !answered && final.method === 'POST') return 'the login led nowhere and set no cookie'
  return redirected || final.status < 400 ? null : `the login answered ${final.status}`
}
