import { table } from '../../test/check-table.ts'
import { rowsOfAnyCookieCheck } from '../../test/cookie-rows.ts'
import { carriedBy, cookie, gathered } from '../../test/sample-evidence.ts'
import { cookieLifetime } from './cookie-lifetime.ts'

const DAY = 86400
const kept = (lifetimeSeconds: number | null) => ({
  carrier: gathered(carriedBy('sid')),
  cookies: gathered([cookie('sid', { lifetimeSeconds })]),
})

const remembered = (lifetimeSeconds: number) => ({
  carrier: gathered({ ...carriedBy('sid', 'remember'), sets: [['sid'], ['remember']] }),
  cookies: gathered([cookie('sid'), cookie('remember', { lifetimeSeconds })]),
})

table(cookieLifetime, [
  ...rowsOfAnyCookieCheck({ lifetimeSeconds: 400 * DAY }),
  { when: 'it ends with the browser', evidence: kept(null), says: 'pass', about: /not proved/ },
  { when: 'it is kept for 8 hours', evidence: kept(8 * 3600), says: 'pass' },
  { when: 'it is kept for a day, rounded up', evidence: kept(DAY + 1), says: 'pass' },
  {
    when: 'it is kept for 14 days',
    evidence: kept(14 * DAY),
    says: 'fail',
    severity: 'info',
    about: /14 days/,
  },
  { when: 'it is kept for 30 days', evidence: kept(30 * DAY), says: 'fail', severity: 'info' },
  { when: 'it is kept for 31 days', evidence: kept(31 * DAY), says: 'fail', severity: 'low', about: /NIST/ },
  {
    when: 'a cookie beside the session, a "remember me", is kept for 30 days',
    evidence: remembered(30 * DAY),
    says: 'pass',
    about: /remember is kept for 30 days, as a "remember me" is/,
  },
  {
    when: 'a ticked box, "remember me", makes the session itself long',
    evidence: { ...kept(30 * DAY), carrier: gathered({ ...carriedBy('sid'), remembered: ['sid'] }) },
    says: 'pass',
  },
  {
    when: 'a cookie beside the session is long although no box was ticked for it',
    evidence: {
      ...remembered(30 * DAY),
      carrier: gathered({ ...carriedBy('sid', 'remember'), sets: [['sid'], ['remember']], remembered: [] }),
    },
    says: 'fail',
    severity: 'info',
  },
  {
    when: 'a "remember me" is kept for a year',
    evidence: remembered(365 * DAY),
    says: 'fail',
    severity: 'low',
  },
  { when: 'it is kept for 30 hours', evidence: kept(30 * 3600), says: 'fail', about: /30 hours/ },
  {
    when: 'it is kept for as long as declared',
    evidence: kept(1800),
    expect: { cookieLifetime: 1800 },
    says: 'pass',
    about: /30 minutes at most/,
  },
  {
    when: 'it is kept for longer than declared',
    evidence: kept(8 * 3600),
    expect: { cookieLifetime: 1800 },
    says: 'fail',
    severity: 'medium',
    about: /for 30 minutes at most, and sid is kept for 8 hours/,
  },
  {
    when: 'it is kept, and declared to end with the browser',
    evidence: kept(60),
    expect: { cookieLifetime: 0 },
    says: 'fail',
    severity: 'medium',
    about: /until they are closed/,
  },
  { when: 'it ends with the browser as declared', expect: { cookieLifetime: 0 }, says: 'pass' },
  {
    when: 'a "remember me" is kept for longer than what is declared of the session',
    evidence: remembered(30 * DAY),
    expect: { cookieLifetime: 0 },
    says: 'pass',
  },
])
