import { table } from '../../test/check-table.ts'
import { rowsOfAnyCookieCheck } from '../../test/cookie-rows.ts'
import { carriedBy, cookie, gathered } from '../../test/sample-evidence.ts'
import { cookieSameSite } from './cookie-samesite.ts'

const set = (attributes: Parameters<typeof cookie>[1]) => ({
  carrier: gathered(carriedBy('sid')),
  cookies: gathered([cookie('sid', attributes)]),
})

table(cookieSameSite, [
  ...rowsOfAnyCookieCheck({ sameSite: 'None' }),
  { when: 'it is Strict', evidence: set({ sameSite: 'Strict' }), says: 'pass' },
  { when: 'it is Lax', evidence: set({ sameSite: 'Lax' }), says: 'pass' },
  { when: 'it is None', evidence: set({ sameSite: 'None' }), says: 'fail', severity: 'medium' },
  {
    when: 'it is None on a partitioned cookie',
    evidence: set({ sameSite: 'None', partitioned: true }),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'it is None without Secure',
    evidence: set({ sameSite: 'None', secure: false, partitioned: true }),
    says: 'fail',
    severity: 'medium',
    about: /without Secure/,
  },
  { when: 'it is absent', evidence: set({ sameSite: null }), says: 'fail', severity: 'low', about: /Safari/ },
])
