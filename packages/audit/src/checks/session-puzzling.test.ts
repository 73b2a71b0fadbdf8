import { table } from '../../test/check-table.ts'
import { broken, gathered, goodEvidence, saw } from '../../test/sample-evidence.ts'
import type { State } from '../evidence/evidence.ts'
import type { SessionPuzzlingEvidence } from '../evidence/session-puzzling.ts'
import { sessionPuzzling } from './session-puzzling.ts'

const good = (goodEvidence.sessionPuzzling as { value: SessionPuzzlingEvidence }).value
const but = (changes: Partial<SessionPuzzlingEvidence>) => ({
  sessionPuzzling: gathered({ ...good, ...changes }),
})
const trial = (state: State, accepted = true) => ({
  what: 'POST /forgot',
  status: accepted ? 200 : 403,
  exchange: 4,
  accepted,
  after: saw(state, 5),
})

table(sessionPuzzling, [
  { when: 'the visitor stays one', says: 'pass', about: /POST \/forgot/ },
  { when: 'nothing was named', evidence: but({ trials: [] }), says: 'skipped', about: /--puzzle-request/ },
  {
    when: 'the visitor is signed in',
    evidence: but({ trials: [trial('signed-in')] }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'two requests in a row sign in, only the first counts',
    evidence: but({ trials: [trial('anonymous'), trial('signed-in'), trial('signed-in')] }),
    says: 'fail',
  },
  { when: 'the visitor is unclear', evidence: but({ trials: [trial('unclear')] }), says: 'inconclusive' },
  {
    when: 'the site refused it',
    evidence: but({ trials: [trial('anonymous', false)] }),
    says: 'inconclusive',
    about: /403/,
  },
  {
    when: 'a control broke',
    evidence: but({ trials: [trial('signed-in')], controls: [broken] }),
    says: 'inconclusive',
  },
])
