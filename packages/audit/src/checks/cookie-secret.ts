import type { SignedCookie } from '../evidence/evidence.ts'
import type { Check, Context, Finding, Severity } from '../judging/check.ts'
import { fail, listed, pass, skipped } from '../judging/verdicts.ts'

export const cookieSecret: Check<'signedCookies'> = {
  id: 'cookie-secret',
  title: 'The secret behind signed cookies is no well-known one',
  risk: 'Lists of such secrets are public: whoever has one can write this cookie themselves and, where the session is in it, be any user.',
  severity: 'high',
  refs: ['WSTG-SESS-01', 'ASVS-13.3.1', 'ASVS-11.2.3', 'CWE-798', 'CWE-321'],
  needs: ['signedCookies'],
  fixes: {
    latchkey: 'Nothing to set: the cookie holds a random token, and no secret of the application.',
    'express-session':
      'Give `secret` 32 random bytes from the environment; a list `[new, old]` lets the sessions of before live on.',
    'cookie-session': 'Give `keys` 32 random bytes from the environment, the new one first.',
    'fastify-session': 'Give `secret` 32 random bytes or more from the environment.',
    'koa-session': 'Give `app.keys` 32 random bytes from the environment, the new one first.',
    'iron-session': 'Make `password` of 32 random bytes; `{ 2: new, 1: old }` lets old seals be opened.',
    django: 'Make `SECRET_KEY` anew; `SECRET_KEY_FALLBACKS` (4.1) holds the old one only if nobody knew it.',
    flask:
      'Make `SECRET_KEY` with `secrets.token_hex(32)`, and leave the old one out of `SECRET_KEY_FALLBACKS`.',
    rails: 'Make `secret_key_base` anew with `bin/rails secret`, without a rotation to the old one.',
    laravel: 'Run `php artisan key:generate`, and leave the old key out of `APP_PREVIOUS_KEYS`.',
  },

  judge({ signedCookies: { cookies } }, context) {
    if (cookies.length === 0)
      return skipped('no cookie with a signature in a form that the auditor knows was seen')
    const basis = { exchanges: cookies.map(({ exchange }) => exchange) }
    const findings = cookies.flatMap((cookie) => findingOf(cookie, context))
    if (findings.length > 0) return fail(findings, basis)
    const names = cookies.map(({ name, format }) => `${name} (${format})`)
    const tried = Math.max(...cookies.map(({ secretsTried }) => secretsTried))
    return pass(`None of ${tried} well-known secrets made the signature of ${listed(names)}`, basis)
  },
}

function findingOf(cookie: SignedCookie, { carriers }: Context): Finding[] {
  const { name, format, secret, exchange } = cookie
  if (secret === null) return []
  const { severity, means } = impactOf(cookie, carriers?.includes(name) === true)
  return [
    {
      where: `cookie ${name}`,
      seen: `The secret that signs ${name} (${format}) is a well-known one: number ${secret.place} of the ${secret.of} in the auditor's list (${secret.as}; SHA-256 ${secret.hash}…). ${means}`,
      fix: 'Make the secret of 32 random bytes, keep it out of the code and of examples, and do not accept the old one any more.',
      exchanges: [exchange],
      severity,
    },
  ]
}

/** What somebody who knows the secret can do; nothing of it was tried. */
function impactOf({ holds, looksUp }: SignedCookie, carries: boolean): { severity: Severity; means: string } {
  if (holds === 'id') {
    return {
      severity: 'low',
      means:
        'By itself that opens no session: what it signs is an ID that cannot be guessed. The signature is worth nothing, though, and whatever else is signed with this secret can be forged.',
    }
  }
  if (!carries) {
    return {
      severity: 'medium',
      means:
        'So anybody can write what it holds. It does not carry the session; where the same secret signs that too, it opens any.',
    }
  }
  if (looksUp) {
    return {
      severity: 'high',
      means:
        'The session itself is in this cookie, so anybody can write one, for any user, unless the server looks up something in it that cannot be guessed.',
    }
  }
  return {
    severity: 'critical',
    means:
      'The session itself is in this cookie and holds nothing that cannot be guessed, so anybody can write one for any user.',
  }
}
