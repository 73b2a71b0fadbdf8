import { table } from '../../test/check-table.ts'
import { carriedBy, gathered } from '../../test/sample-evidence.ts'
import { soundCookie } from '../../test/sample-token.ts'
import type { SignedCookie } from '../evidence/evidence.ts'
import { cookieSecret } from './cookie-secret.ts'

const secret = { place: 7, of: 500, hash: 'abcdef01', as: 'as text' }
const signed = (change: Partial<SignedCookie>, carrier = 'shelf') => ({
  signedCookies: gathered({ cookies: [{ ...soundCookie, ...change }] }),
  carrier: gathered(carriedBy(carrier)),
})

table(cookieSecret, [
  { when: 'no cookie is signed', evidence: { signedCookies: gathered({ cookies: [] }) }, says: 'skipped' },
  { when: 'no known secret fits', evidence: signed({}), says: 'pass', about: /None of 500/ },
  {
    when: 'the session is in the cookie',
    evidence: signed({ secret }),
    says: 'fail',
    severity: 'critical',
    about: /number 7 of the 500/,
  },
  {
    when: 'something in it may be looked up',
    evidence: signed({ secret, looksUp: true }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'an ID is signed, which alone opens nothing',
    evidence: signed({ secret, holds: 'id', looksUp: true }),
    says: 'fail',
    severity: 'low',
    about: /opens no session/,
  },
  {
    when: 'the cookie does not carry the session',
    evidence: signed({ secret }, 'sid'),
    says: 'fail',
    severity: 'medium',
  },
])
