import { table } from '../../test/check-table.ts'
import { broken, gathered, goodEvidence, held, saw } from '../../test/sample-evidence.ts'
import type { State } from '../evidence/evidence.ts'
import type { RememberMeEvidence } from '../evidence/remember-me.ts'
import { rememberMe } from './remember-me.ts'

const good = goodEvidence.rememberMe.status === 'gathered' ? goodEvidence.rememberMe.value : null
const but = (changes: Partial<RememberMeEvidence>) => ({
  rememberMe: gathered({ ...(good as RememberMeEvidence), ...changes }),
})
const after = (...states: State[]) =>
  states.map((state, at) => ({ set: ['stay'], afterMs: at * 2000, seen: saw(state, 11) }))
const changed = (changes: Partial<NonNullable<RememberMeEvidence['afterPasswordChange']>>) =>
  but({
    afterPasswordChange: {
      replays: after('signed-in', 'signed-in'),
      taken: null,
      choice: null,
      offer: null,
      controls: [held],
      ...changes,
    },
  })

table(rememberMe, [
  {
    when: 'it ends with the logout',
    says: 'pass',
    about: /14 days\. It is renewed at each use, and an earlier value is refused/,
  },
  { when: 'there is none', evidence: but({ sets: [], none: 'no box' }), says: 'skipped', about: /no box/ },
  {
    when: 'it outlives the logout',
    evidence: but({ afterLogout: after('signed-in', 'signed-in') }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'it outlives the logout for a while',
    evidence: but({ afterLogout: after('signed-in', 'anonymous') }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'no logout was made',
    evidence: but({ afterLogout: null, noLogout: 'no way out' }),
    says: 'inconclusive',
    about: /no way out/,
  },
  { when: 'it was not sent', evidence: but({ afterLogout: [] }), says: 'inconclusive' },
  {
    when: 'an answer was unclear',
    evidence: but({ afterLogout: after('anonymous', 'unclear') }),
    says: 'inconclusive',
  },
  {
    when: 'a control of the logout broke',
    evidence: but({ afterLogout: after('signed-in', 'signed-in'), controls: [broken] }),
    says: 'inconclusive',
  },
  {
    when: 'it outlives the password, and nothing offers to end it',
    evidence: changed({}),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'it outlives the password, and an offer is made',
    evidence: changed({ offer: 'a link' }),
    says: 'pass',
  },
  {
    when: 'it outlives the password though the box is set',
    evidence: changed({ choice: { field: 'all', preset: true } }),
    says: 'fail',
  },
  {
    when: 'the box ends it',
    evidence: changed({ choice: { field: 'all', preset: false }, taken: after('anonymous') }),
    says: 'pass',
  },
  {
    when: 'the box does not end it',
    evidence: changed({ choice: { field: 'all', preset: false }, taken: after('signed-in') }),
    says: 'fail',
  },
  {
    when: 'the box was not tried',
    evidence: changed({ choice: { field: 'all', preset: false } }),
    says: 'inconclusive',
  },
  {
    when: 'a control of the password change broke',
    evidence: changed({ controls: [broken] }),
    says: 'inconclusive',
  },
  {
    when: 'it ends with the password',
    evidence: changed({ replays: after('anonymous') }),
    says: 'pass',
    about: /change of the password/,
  },
])
