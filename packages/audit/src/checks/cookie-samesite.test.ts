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
  {
    when: 'it is as declared',
    evidence: set({ sameSite: 'Strict' }),
    expect: { sameSite: 'Strict' },
    says: 'pass',
    about: /as the policy says/,
  },
  {
    when: 'it is looser than declared',
    evidence: set({ sameSite: 'Lax' }),
    expect: { sameSite: 'Strict' },
    says: 'fail',
    severity: 'medium',
    about: /policy says SameSite=Strict, and sid is set with SameSite=Lax/,
  },
  {
    when: 'it is stricter than declared',
    evidence: set({ sameSite: 'Strict' }),
    expect: { sameSite: 'Lax' },
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'it is absent, and declared',
    evidence: set({ sameSite: null }),
    expect: { sameSite: 'Lax' },
    says: 'fail',
    severity: 'medium',
    findings: 2,
  },
  {
    when: 'it is None as declared, which excuses nothing',
    evidence: set({ sameSite: 'None' }),
    expect: { sameSite: 'None' },
    says: 'fail',
  },
  {
    when: 'only one of two answers is as declared',
    evidence: {
      carrier: gathered(carriedBy('sid')),
      cookies: gathered([cookie('sid'), cookie('sid', { sameSite: 'Lax' }, { phase: 'signed-in' })]),
    },
    expect: { sameSite: 'Strict' },
    says: 'fail',
  },
])
