import { table } from '../../test/check-table.ts'
import { goodBulkRevoke } from '../../test/in-flight-evidence.ts'
import { broken, gathered, saw } from '../../test/sample-evidence.ts'
import type { BulkRevokeEvidence } from '../evidence/bulk-revoke.ts'
import type { State } from '../evidence/observation.ts'
import { bulkRevoke } from './bulk-revoke.ts'

const tried = (changes: Partial<BulkRevokeEvidence>) => ({
  bulkRevoke: gathered({ ...goodBulkRevoke, ...changes }),
})
const looks = (...states: State[]) =>
  states.map((state, at) => ({ afterMs: at * 2000, seen: saw(state, 11) }))
const [dead, lives] = [looks('anonymous'), looks('signed-in', 'signed-in')]

table(bulkRevoke, [
  { when: 'every other session ended', says: 'pass', about: /all 3 other sessions/ },
  {
    when: 'one of them lives',
    evidence: tried({ others: [dead, dead, lives] }),
    says: 'fail',
    severity: 'medium',
    about: /ended 2 of 3 .*1 of them still signs in/,
  },
  {
    when: 'only the one that nothing was made beside ended',
    evidence: tried({ others: [lives, lives, lives, dead] }),
    says: 'fail',
    severity: 'medium',
    about: /ended 1 of 4 .*3 of them still sign in/,
  },
  { when: 'none of them ended', evidence: tried({ others: [lives, lives] }), says: 'inconclusive' },
  {
    when: 'one of them ended late',
    evidence: tried({ others: [dead, looks('signed-in', 'anonymous')] }),
    says: 'inconclusive',
  },
  {
    when: 'one was looked at once',
    evidence: tried({ others: [dead, looks('signed-in')] }),
    says: 'inconclusive',
  },
  { when: 'one is unclear', evidence: tried({ others: [dead, looks('unclear')] }), says: 'inconclusive' },
  {
    when: 'a control broke',
    evidence: tried({ controls: [broken], others: [dead, lives] }),
    says: 'inconclusive',
  },
  { when: 'no other was sent', evidence: tried({ others: [] }), says: 'inconclusive' },
  { when: 'there is no such control', evidence: tried({ notTried: 'none was found' }), says: 'skipped' },
])
