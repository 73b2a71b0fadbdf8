import { decode } from '../../network/redaction/secrets.ts'

/** How frameworks name the cookie of their sessions when nobody says otherwise, and what they put into it. */
const KNOWN: readonly (readonly [framework: string, name: RegExp, value: RegExp])[] = [
  ['PHP', /^PHPSESSID$/, /^[0-9a-zA-Z,-]{22,256}$/],
  ['Java servlets', /^JSESSIONID(?:\.[0-9a-f]{8})?$/, /^[\w.!:*~+-]{16,}$/],
  ['Spring Session', /^SESSION$/, /^[\w+/=-]{36,}$/],
  ['express-session', /^connect\.sid$/, /^s:.+\.[0-9a-zA-Z+/]{43}$/s],
  ['@fastify/session', /^sessionId$/, /^[\w-]{20,}\.[\w+/=-]{20,}$/],
  ['ASP.NET', /^ASP\.NET_SessionId$/, /^[a-z0-5]{24}$/],
  ['ASP.NET Core', /^\.AspNetCore\.Session$/, /^CfDJ8[\w-]{40,}$/],
  ['Laravel', /^laravel[_-]session$/, /^eyJ[\w+/=-]{60,}$/],
  ['Django', /^sessionid$/, /^[0-9a-z]{32}$/],
  ['Rails', /^_[a-z0-9_]+_session$/, /^(?:[0-9a-f]{32}|[\w+/=-]{24,}--[\w+/=-]{16,}(?:--[\w+/=-]{16,})?)$/],
  ['Rack', /^rack\.session$/, /^(?:[0-9a-f]{64}|[\w+/=-]{24,}--[\w+/=-]{16,})/],
  ['Flask', /^session$/, /^\.?[\w-]+\.[\w-]{6}\.[\w-]{27}$/],
  ['Phoenix', /^_[a-z0-9_]+_key$/, /^SFMyNTY\.[\w-]+\.[\w-]{40,}$/],
  ['Play', /^PLAY_SESSION$/, /^eyJ[\w-]+\.[\w-]+\.[\w-]{20,}$/],
  ['CodeIgniter', /^ci_session$/, /^[0-9a-zA-Z,-]{22,256}$/],
  ['CakePHP', /^CAKEPHP$/, /^[0-9a-zA-Z,-]{22,256}$/],
]

/** The framework whose sessions are named and made like this; null when none is. */
export function implementationOf(name: string, values: readonly string[]): string | null {
  const known = KNOWN.find(
    ([, named, made]) => named.test(name) && values.every((value) => made.test(decode(value))),
  )
  return known?.[0] ?? null
}
