import { table } from '../../test/check-table.ts'
import { goodStreams } from '../../test/in-flight-evidence.ts'
import { broken, gathered, saw } from '../../test/sample-evidence.ts'
import type { StreamEvidence, StreamsEvidence } from '../evidence/streams.ts'
import { streamOutlivesLogout } from './stream-outlives-logout.ts'

const tried = (stream: Partial<StreamEvidence>, more: Partial<StreamsEvidence> = {}) => ({
  streams: gathered({
    ...goodStreams,
    streams: goodStreams.streams.map((each) => ({ ...each, ...stream })),
    ...more,
  }),
})

table(streamOutlivesLogout, [
  { when: 'it fell silent', says: 'pass', about: /none in 5 s after the logout/ },
  {
    when: 'it goes on',
    evidence: tried({ after: 3 }),
    says: 'fail',
    severity: 'medium',
    about: /2 times before the logout and 3 times after it/,
  },
  {
    when: 'a WebSocket goes on',
    evidence: tried({ kind: 'websocket', status: 101, after: 1 }),
    says: 'fail',
  },
  { when: 'it says goodbye and ends', evidence: tried({ after: 0, others: 1, ended: true }), says: 'pass' },
  {
    when: 'it ends after one more piece',
    evidence: tried({ after: 1, ended: true }),
    says: 'inconclusive',
    about: /goodbye/,
  },
  { when: 'it ends after two more', evidence: tried({ after: 2, ended: true }), says: 'fail' },
  {
    when: 'it gives something else after the logout',
    evidence: tried({ after: 0, others: 3, ended: false }),
    says: 'inconclusive',
  },
  { when: 'it goes on for everybody', evidence: tried({ after: 3, visitor: 4 }), says: 'skipped' },
  {
    when: 'it was silent before',
    evidence: tried({ before: 0 }),
    says: 'inconclusive',
    about: /--stream-wait/,
  },
  { when: 'it could not be opened', evidence: tried({ status: 403 }), says: 'inconclusive' },
  { when: 'nothing answered', evidence: tried({ status: null, exchange: null }), says: 'inconclusive' },
  {
    when: 'the browser was still signed in',
    evidence: tried({ after: 3 }, { browserAfter: saw('signed-in') }),
    says: 'inconclusive',
  },
  { when: 'a control broke', evidence: tried({ after: 3 }, { controls: [broken] }), says: 'inconclusive' },
  { when: 'no stream is known', evidence: tried({}, { notTried: 'none' }), says: 'skipped' },
])
