import { table } from '../../test/check-table.ts'
import {
  broken,
  carriedBy,
  gathered,
  held,
  loopbackHttp,
  publicHttp,
  saw,
} from '../../test/sample-evidence.ts'
import type { DowngradeEvidence } from '../evidence/evidence.ts'
import { downgrade } from './downgrade.ts'

const seen = (changes: Partial<DowngradeEvidence>) => ({
  downgrade: gathered({
    ...{
      plainHttp: 'serves-content' as const,
      sent: ['sid'],
      replay: saw('anonymous', 9),
      set: [],
      controls: [held],
    },
    ...changes,
  }),
})

table(downgrade, [
  { when: 'browsers send nothing there', says: 'pass', about: /send no session over http/ },
  { when: 'it signs in nobody', evidence: seen({}), says: 'pass', about: /signs in nobody/ },
  { when: 'nothing answers', evidence: seen({ plainHttp: 'refused', replay: null }), says: 'pass' },
  { when: 'it signs in', evidence: seen({ replay: saw('signed-in', 9) }), says: 'fail', severity: 'high' },
  {
    when: 'it signs in, and so do visitors',
    evidence: seen({ replay: saw('signed-in', 9), controls: [broken] }),
    says: 'inconclusive',
  },
  {
    when: 'it signs in nobody, and is dead by then',
    evidence: seen({ controls: [broken] }),
    says: 'inconclusive',
  },
  { when: 'the answer is unclear', evidence: seen({ replay: saw('unclear', 9) }), says: 'inconclusive' },
  {
    when: 'an answer there sets the cookie',
    evidence: seen({ set: [{ name: 'sid', exchange: 2 }] }),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'it is set there and signs in there',
    evidence: seen({ replay: saw('signed-in', 9), set: [{ name: 'sid', exchange: 2 }] }),
    says: 'fail',
    severity: 'high',
    findings: 2,
  },
  { when: 'there is no http:// to ask', evidence: seen({ plainHttp: null, replay: null }), says: 'skipped' },
  { when: 'on loopback', target: loopbackHttp, says: 'skipped' },
  { when: 'all is http', target: publicHttp, says: 'skipped', about: /transport/ },
  {
    when: 'a header carries the session',
    evidence: { carrier: gathered(carriedBy('Authorization')) },
    says: 'skipped',
  },
])
