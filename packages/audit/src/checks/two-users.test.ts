import { table } from '../../test/check-table.ts'
import { broken, gathered, goodEvidence } from '../../test/sample-evidence.ts'
import type { TwoUsersEvidence, Whose } from '../evidence/two-users.ts'
import { twoUsers } from './two-users.ts'

type Trial = TwoUsersEvidence['trials'][number]

const good = (goodEvidence.twoUsers as { value: TwoUsersEvidence }).value
const but = (changes: Partial<TwoUsersEvidence>) => ({ twoUsers: gathered({ ...good, ...changes }) })
const trial = (kind: Trial['kind'], seen: Whose, visitor: Whose | null = null): Trial => ({
  kind,
  what: '/u/ada',
  seen,
  visitor,
  exchanges: [5],
  status: 200,
})
const page = trial('page', 'own')

table(twoUsers, [
  { when: 'each sees what is the own', says: 'pass', about: /the protected page and \/u\/ada/ },
  {
    when: 'the page is the other’s',
    evidence: but({ trials: [trial('page', "the other's")] }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'a cookie beside the session says who it is',
    evidence: but({ trials: [page, trial('mixed', "the other's")] }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'an address opens to both',
    evidence: but({ trials: [page, trial('address', "the other's", 'neither')] }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'an address opens to visitors too',
    evidence: but({ trials: [page, trial('address', "the other's", "the other's")] }),
    says: 'pass',
    about: /is public/,
  },
  {
    when: 'no address was there',
    evidence: but({ trials: [page], noAddress: 'no link names him' }),
    says: 'pass',
    about: /no link/,
  },
  {
    when: 'the own page was not clear',
    evidence: but({ trials: [trial('page', 'neither')] }),
    says: 'inconclusive',
  },
  { when: 'nothing was looked at', evidence: but({ trials: [] }), says: 'inconclusive' },
  {
    when: 'a control broke',
    evidence: but({ trials: [trial('page', "the other's")], controls: [broken] }),
    says: 'inconclusive',
  },
])
