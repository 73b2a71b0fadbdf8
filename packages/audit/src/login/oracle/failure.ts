import { pageOf } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import { featuresOf } from './features.ts'
import type { Candidate, OracleSearch } from './search.ts'

/** What to tell a user for whom no page did. */
export function failure(search: OracleSearch, screened: readonly Candidate[]): AuditError {
  const { landed, looks } = search
  const refused = loginRefused(search, screened)
  const where =
    landed && !search.given
      ? `it ended at ${landed.final.url.pathname} with status ${landed.final.status}`
      : ''
  if (refused !== null) {
    const lost = landed?.answers
      .flatMap(({ cookies }) => cookies)
      .find(({ refusedByBrowsers }) => refusedByBrowsers)
    const hint = lost
      ? `; the cookie ${lost.name} was not kept, as browsers would not: ${lost.refusedByBrowsers}`
      : ''
    const script = [404, 405, 415].includes(landed?.final.status ?? 0)
      ? '; if a script sends the credentials, use --login-format json with --login-url'
      : ''
    const given = search.given ? 'the cookie that was given opens nothing' : 'check user name and password'
    return new AuditError(
      'sign_in_failed',
      `the site still treats us as a visitor (${[refused, where].filter(Boolean).join('; ')}): ${given}${script}${hint}`,
    )
  }
  const pages = screened.map(
    ({ url, rule }) => `${url.pathname}${rule ? ' (differs, but not each time)' : ''}`,
  )
  const leads =
    looks.username === null || looks.username.length < 3 ? '; the user name is too short to look for' : ''
  return new AuditError(
    'oracle_unstable',
    `no page tells a signed-in user from a visitor reliably: looked at ${pages.join(', ')}${leads}. Name one with --protected-url`,
  )
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
