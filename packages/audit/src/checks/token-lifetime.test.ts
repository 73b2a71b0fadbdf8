import { table } from '../../test/check-table.ts'
import { broken, gathered, saw } from '../../test/sample-evidence.ts'
import { refusedToken, soundToken } from '../../test/sample-token.ts'
import type { ExpiredToken, TokenEvidence } from '../evidence/evidence.ts'
import { tokenLifetime } from './token-lifetime.ts'

const HOUR = 3600
const DAY = 24 * HOUR

const said = (lifetime: Partial<TokenEvidence['lifetime']>, more: Partial<TokenEvidence> = {}) => ({
  tokens: gathered({
    tokens: [{ ...soundToken, ...more, lifetime: { ...soundToken.lifetime, ...lifetime } }],
  }),
})
const lasting = (seconds: number, endsAtLogout: boolean | null) => said({ seconds, endsAtLogout })
const taken: ExpiredToken = {
  how: 'forged',
  secondsAgo: DAY,
  seen: saw('signed-in', 9),
  again: saw('signed-in', 10),
  status: 200,
}
const personal = (what: string) => said({}, { personal: [{ claim: 'user.x', what }] })

table(tokenLifetime, [
  { when: 'no token carries the session', evidence: { tokens: gathered({ tokens: [] }) }, says: 'skipped' },
  { when: 'the token is encrypted', evidence: said({}, { encrypted: true }), says: 'skipped' },
  { when: 'it is short', evidence: said({}), says: 'pass', about: /15 minutes.*was not seen/ },
  {
    when: 'it has no end, and no logout ends it',
    evidence: said({ ends: false, seconds: null, endsAtLogout: false }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'it has no end but the logout',
    evidence: said({ ends: false, seconds: null }),
    says: 'fail',
    severity: 'info',
  },
  {
    when: 'it has no end, and nothing is known of the logout',
    evidence: said({ ends: false, seconds: null, endsAtLogout: null }),
    says: 'fail',
    severity: 'low',
  },
  { when: 'no logout ends it, within an hour', evidence: lasting(HOUR + 30, false), says: 'pass' },
  { when: 'no logout ends it, for a day', evidence: lasting(DAY, false), says: 'fail', severity: 'low' },
  {
    when: 'no logout ends it, for longer',
    evidence: lasting(2 * DAY, false),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'the logout ends it, within a day',
    evidence: lasting(DAY, true),
    says: 'pass',
    about: /the logout ends/,
  },
  {
    when: 'the logout ends it, within a month',
    evidence: lasting(30 * DAY, true),
    says: 'fail',
    severity: 'info',
  },
  {
    when: 'the logout ends it, for longer',
    evidence: lasting(31 * DAY, true),
    says: 'fail',
    severity: 'low',
  },
  { when: 'nothing is known of the logout, an hour', evidence: lasting(HOUR, null), says: 'pass' },
  {
    when: 'nothing is known of the logout, a day',
    evidence: lasting(DAY, null),
    says: 'fail',
    severity: 'info',
  },
  {
    when: 'nothing is known of the logout, more',
    evidence: lasting(2 * DAY, null),
    says: 'fail',
    severity: 'low',
  },
  { when: 'one of yesterday is taken', evidence: said({ expired: taken }), says: 'fail', severity: 'high' },
  {
    when: 'one of yesterday is taken, but so is a made-up one',
    evidence: said({ expired: taken }, { controls: [refusedToken(false)] }),
    says: 'inconclusive',
  },
  {
    when: 'it is taken shortly after its end',
    evidence: said({ expired: { ...taken, how: 'waited', secondsAgo: 4 } }),
    says: 'pass',
    about: /leeway/,
  },
  {
    when: 'it is refused after its end',
    evidence: said({
      expired: { ...taken, how: 'waited', secondsAgo: 4, seen: saw('anonymous'), again: null },
    }),
    says: 'pass',
    about: /4 s after its end it was refused/,
  },
  {
    when: 'it holds an e-mail address',
    evidence: personal('an e-mail address'),
    says: 'fail',
    severity: 'info',
  },
  {
    when: 'it holds a telephone number',
    evidence: personal('a telephone number'),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'it holds a password',
    evidence: personal('a password, or what it is known by'),
    says: 'fail',
    severity: 'high',
    about: /user\.x/,
  },
  { when: 'a control broke', evidence: said({}, { controls: [broken] }), says: 'inconclusive' },
  {
    when: 'it is good for as long as declared',
    evidence: lasting(900, true),
    expect: { tokenLifetime: 900 },
    says: 'pass',
  },
  {
    when: 'it is good for longer than declared',
    evidence: lasting(900, true),
    expect: { tokenLifetime: 300 },
    says: 'fail',
    severity: 'medium',
    about: /good for 5 minutes at most.*is for 15 minutes/,
  },
  {
    when: 'it has no end, and one is declared',
    evidence: said({ ends: false, seconds: null }),
    expect: { tokenLifetime: 300 },
    says: 'fail',
    severity: 'medium',
    findings: 2,
  },
])
