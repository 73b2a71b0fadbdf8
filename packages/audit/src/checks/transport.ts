import type { TransportEvidence } from '../evidence/evidence.ts'
import type { Check, Context, Finding } from '../judging/check.ts'
import { fail, pass, skipped } from '../judging/verdicts.ts'

/** ASVS 5.0, 3.4.1: at least a year, in seconds. */
const A_YEAR = 365 * 24 * 3600

export const transport: Check<'transport'> = {
  id: 'transport',
  title: 'Signing in and the session happen over TLS only',
  risk: 'Somebody on the same network can read the password or the session on its way, or lead the browser to a page of their own.',
  severity: 'high',
  refs: ['WSTG-CONF-07', 'WSTG-ATHN-01', 'WSTG-SESS-04', 'ASVS-3.4.1', 'ASVS-12.2.1', 'CWE-319', 'CWE-523'],
  needs: ['transport'],
  fixes: {
    django:
      'Set `SECURE_SSL_REDIRECT = True`, `SECURE_HSTS_SECONDS = 31536000` and `SECURE_HSTS_INCLUDE_SUBDOMAINS = True`.',
    flask:
      "Set `response.headers['Strict-Transport-Security']` in an `after_request`, or in the proxy that ends TLS.",
    rails: 'Set `config.force_ssl = true`: it redirects and sends HSTS.',
    'express-session':
      'Use helmet (`app.use(helmet())` sends HSTS) or set the header in the proxy that ends TLS.',
    'cookie-session':
      'Use helmet (`app.use(helmet())` sends HSTS) or set the header in the proxy that ends TLS.',
    'fastify-session': 'Use @fastify/helmet, or set the header in the proxy that ends TLS.',
    'koa-session': 'Use koa-helmet, or set the header in the proxy that ends TLS.',
    'iron-session': 'Set the header on each answer, or in the proxy that ends TLS.',
    'hono-sessions':
      "Use `secureHeaders({ strictTransportSecurity: 'max-age=31536000; includeSubDomains' })` of Hono (its default lasts half a year), or set the header in the proxy that ends TLS.",
    php: 'Send the header from the web server: `Header always set Strict-Transport-Security "max-age=31536000; includeSubDomains"`.',
    laravel: 'Call `URL::forceScheme("https")` and send HSTS from the web server.',
  },

  judge({ transport: seen }, context) {
    if (context.target.loopback) {
      return skipped(
        'the site is on loopback, where nothing travels over a network and browsers keep no HSTS',
      )
    }
    const basis = { exchanges: seen.exchanges }
    const findings = [...ofLogin(seen, context), ...ofPlainHttp(seen), ...ofHsts(seen, context)]
    if (findings.length > 0) return fail(findings, basis)
    const asked = seen.plainHttp === null ? '' : ` http:// ${plainHttpInWords[seen.plainHttp]}.`
    return pass(`The site answers over https and sends HSTS for a year or more.${asked}`, basis)
  },
}

const plainHttpInWords: Readonly<Record<NonNullable<TransportEvidence['plainHttp']>, string>> = {
  'redirects-to-https': 'redirects to https',
  'serves-content': 'serves pages',
  refused: 'is not answered',
}

function ofLogin(seen: TransportEvidence, context: Context): Finding[] {
  const fix = 'Serve the login page and take its form over https only; let http:// do nothing but redirect.'
  const about = { where: 'login', fix, exchanges: seen.exchanges }
  if (seen.loginActionHttps === false) {
    return [
      {
        ...about,
        kind: 'action',
        seen: 'The login form sends the password over plain http.',
        severity: 'high',
      },
    ]
  }
  if (seen.loginPageHttps === false) {
    const sentence =
      'The login page comes over plain http: whoever is on the way can change where it sends the password.'
    return [{ ...about, kind: 'page', seen: sentence, severity: 'high' }]
  }
  if (context.target.https || seen.loginPageHttps === true) return []
  return [
    { ...about, where: context.target.origin, seen: 'The site is served over plain http.', severity: 'high' },
  ]
}

function ofPlainHttp(seen: TransportEvidence): Finding[] {
  if (seen.plainHttp !== 'serves-content') return []
  return [
    {
      where: 'http://',
      seen: 'The same host also serves pages over plain http instead of redirecting to https.',
      fix: 'Redirect every http:// request to https, and send HSTS there.',
      exchanges: seen.exchanges,
      severity: 'medium',
    },
  ]
}

function ofHsts(seen: TransportEvidence, context: Context): Finding[] {
  if (!context.target.https) return [] // browsers ignore HSTS over http, and the finding above says what to do
  const seconds = maxAgeOf(seen.hsts)
  if (seconds >= A_YEAR) return []
  return [
    {
      where: 'Strict-Transport-Security',
      seen:
        seconds === 0
          ? 'No working Strict-Transport-Security header: the first http:// request to this host can be caught and kept on http.'
          : `Strict-Transport-Security lasts ${Math.round(seconds / 86400)} day(s); ASVS asks for a year.`,
      fix: 'Send `Strict-Transport-Security: max-age=31536000; includeSubDomains` with every answer over https.',
      exchanges: seen.exchanges,
      severity: 'low',
    },
  ]
}

/** Seconds, or 0 when there is no header that browsers would heed. */
function maxAgeOf(hsts: string | null): number {
  const found = /(?:^|;)\s*max-age\s*=\s*"?(\d+)"?\s*(?:;|$)/i.exec(hsts ?? '')
  return Number(found?.[1] ?? 0)
}
