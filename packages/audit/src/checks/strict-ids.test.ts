import { table } from '../../test/check-table.ts'
import { broken, carriedBy, gathered, held } from '../../test/sample-evidence.ts'
import type { StrictIdsEvidence } from '../evidence/evidence.ts'
import { strictIds } from './strict-ids.ts'

type Trial = StrictIdsEvidence['trials'][number]

const refused: Trial = {
  name: 'sid',
  adoptedBy: null,
  refused: true,
  detail: '',
  exchanges: [9],
  controls: [held],
}
const tried = (...trials: readonly Partial<Trial>[]) => ({
  strictIds: gathered({ trials: trials.map((trial) => ({ ...refused, ...trial })) }),
})

table(strictIds, [
  { when: 'an unissued ID is refused', says: 'pass' },
  {
    when: 'it carried the session after a login',
    evidence: tried({ adoptedBy: 'login' }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'state is kept under it',
    evidence: tried({ adoptedBy: 'state' }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'it is in use before the login',
    evidence: tried({ adoptedBy: 'use' }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'only its form is checked',
    evidence: tried({ adoptedBy: 'validation' }),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'one of two carriers adopts it',
    evidence: tried({}, { name: 'key', adoptedBy: 'state' }),
    says: 'fail',
    about: /key/,
  },
  {
    when: 'nothing shows either',
    evidence: tried({ refused: false }),
    says: 'inconclusive',
    about: /nothing shows/,
  },
  {
    when: 'a control broke, whatever was seen',
    evidence: tried({ adoptedBy: 'login', controls: [held, broken] }),
    says: 'inconclusive',
  },
  { when: 'a control broke on a refusal', evidence: tried({ controls: [broken] }), says: 'inconclusive' },
  {
    when: 'the session travels in a header',
    evidence: { ...tried(), carrier: gathered(carriedBy('Authorization')) },
    says: 'skipped',
  },
  { when: 'nothing could be tried', evidence: tried(), says: 'inconclusive' },
])
