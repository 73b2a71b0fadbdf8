import { table } from '../../test/check-table.ts'
import { broken, carriedBy, gathered, goodEvidence, saw } from '../../test/sample-evidence.ts'
import type { State } from '../evidence/evidence.ts'
import type { LoginCsrfEvidence } from '../evidence/login-csrf.ts'
import { loginCsrf } from './login-csrf.ts'

const good = (goodEvidence.loginCsrf as { value: LoginCsrfEvidence }).value
const but = (changes: Partial<LoginCsrfEvidence>) => ({ loginCsrf: gathered({ ...good, ...changes }) })
const trial = (state: State) => ({
  how: 'a form',
  token: 'none' as const,
  status: 200,
  exchange: 4,
  after: saw(state, 5),
})

const { how, token, status } = trial('anonymous')
const screened = { trials: [{ how, token, status, exchange: 7 }], own: { status: 422, exchange: 8 } }

table(loginCsrf, [
  {
    when: 'both ways were refused alike',
    says: 'pass',
    about: /another visitor’s token and a form without a token/,
  },
  {
    when: 'one signed in',
    evidence: but({ trials: [trial('signed-in')] }),
    says: 'fail',
    severity: 'low',
    about: /^A form/m,
  },
  {
    when: 'the second signed in',
    evidence: but({ trials: [trial('anonymous'), trial('signed-in')] }),
    says: 'fail',
  },
  {
    when: 'the others were refused before their credentials were looked at',
    evidence: but({ trials: good.trials.slice(0, 1), screened }),
    says: 'pass',
    about: /token; a form without a token was refused as that was before/,
  },
  { when: 'the refusals differ', evidence: but({ alike: false }), says: 'inconclusive' },
  { when: 'nothing was sent', evidence: but({ trials: [] }), says: 'inconclusive' },
  { when: 'a control broke', evidence: but({ controls: [broken] }), says: 'inconclusive' },
  {
    when: 'a control broke, though one signed in',
    evidence: but({ trials: [trial('signed-in')], controls: [broken] }),
    says: 'inconclusive',
  },
  {
    when: 'the login is none that was tried',
    evidence: but({ untried: 'two pages' }),
    says: 'inconclusive',
    about: /two pages/,
  },
  {
    when: 'the session travels in a header',
    evidence: { ...but({ untried: 'in a header' }), carrier: gathered(carriedBy('Authorization')) },
    says: 'skipped',
  },
])
