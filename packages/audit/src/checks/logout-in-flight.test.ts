import { table } from '../../test/check-table.ts'
import { begun, goodInFlight, goodTrial } from '../../test/in-flight-evidence.ts'
import { broken, gathered, saw } from '../../test/sample-evidence.ts'
import type { InFlightTrial } from '../evidence/in-flight.ts'
import { logoutInFlight } from './logout-in-flight.ts'

const tried = (...trials: Partial<InFlightTrial>[]) => ({
  inFlight: gathered({ ...goodInFlight, trials: trials.map((each) => ({ ...goodTrial, ...each })) }),
})
const alive = { copy: saw('signed-in', 12) }
const ended = { browser: saw('anonymous', 10), copy: saw('anonymous', 10) }
const early = { ...begun, overlapped: false }

table(logoutInFlight, [
  { when: 'the copy stayed anonymous', says: 'pass', about: /One request was begun before/ },
  {
    when: 'the session came back twice',
    evidence: tried(alive, { ...alive, meanwhile: ended }),
    says: 'fail',
    severity: 'high',
    about: /POST https:\/\/app\.example\.com\/login/,
  },
  {
    when: 'it came back once only',
    evidence: tried(alive, { meanwhile: ended }),
    says: 'inconclusive',
    about: /signed-in, then anonymous/,
  },
  { when: 'only one trial was made', evidence: tried(alive), says: 'inconclusive' },
  { when: 'nobody looked meanwhile', evidence: tried(alive, alive), says: 'inconclusive' },
  {
    when: 'the session had not ended before the request did',
    evidence: tried(alive, { ...alive, meanwhile: { ...ended, copy: saw('signed-in') } }),
    says: 'inconclusive',
    about: /while requests were held back/,
  },
  {
    when: 'a page brought it back before anybody looked, and the same logout alone ends it',
    evidence: tried(alive, {
      ...{ ...alive, begun: [{ ...begun, how: 'page', state: 'signed-in' }], again: saw('anonymous', 14) },
      meanwhile: { ...ended, copy: saw('signed-in') },
    }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'the same logout alone does not end it',
    evidence: tried(alive, {
      ...{ ...alive, begun: [{ ...begun, how: 'page', state: 'signed-in' }], again: saw('signed-in', 14) },
      meanwhile: { ...ended, copy: saw('signed-in') },
    }),
    says: 'inconclusive',
    about: /nothing under way/,
  },
  {
    when: 'the browser had not left',
    evidence: tried(alive, { ...alive, meanwhile: { ...ended, browser: saw('signed-in') } }),
    says: 'inconclusive',
  },
  {
    when: 'it came back and nothing was under way',
    evidence: tried({ ...alive, begun: [early] }, { ...alive, begun: [early], meanwhile: ended }),
    says: 'inconclusive',
  },
  { when: 'each was answered before', evidence: tried({ begun: [early] }), says: 'inconclusive' },
  {
    when: 'one was never answered',
    evidence: tried({ begun: [begun, { ...early, exchange: null }] }),
    says: 'inconclusive',
    about: /never answered/,
  },
  { when: 'the copy is unclear', evidence: tried({ copy: saw('unclear') }), says: 'inconclusive' },
  { when: 'a control broke', evidence: tried({ controls: [broken] }), says: 'inconclusive' },
  { when: 'there is no trial', evidence: tried(), says: 'inconclusive' },
  {
    when: 'the logout ends nothing anyway',
    evidence: {
      ...tried(alive, alive),
      logout: gathered({
        how: { method: 'POST', url: 'https://app.example.com/logout', found: 'a form' },
        browserAfter: saw('anonymous', 10),
        replays: [{ set: ['sid'], afterMs: 0, seen: saw('signed-in', 11) }],
        controls: [],
      }),
    },
    says: 'skipped',
    about: /the logout itself/,
  },
])
