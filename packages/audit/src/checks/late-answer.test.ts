import { table } from '../../test/check-table.ts'
import { begun, goodInFlight, goodTrial } from '../../test/in-flight-evidence.ts'
import { broken, gathered, saw } from '../../test/sample-evidence.ts'
import type { InFlightEvidence, InFlightTrial } from '../evidence/in-flight.ts'
import { lateAnswer } from './late-answer.ts'

const tried = (trials: Partial<InFlightTrial>[], more: Partial<InFlightEvidence> = {}) => ({
  inFlight: gathered({
    ...goodInFlight,
    trials: trials.map((each) => ({ ...goodTrial, ...each })),
    ...more,
  }),
})
const sets = { ...begun, sets: ['sid'] }
const back = { begun: [sets], browser: saw('signed-in', 13) }
const gone = { browser: saw('anonymous', 10), copy: saw('anonymous', 10) }
const login = { begun: [sets], before: saw('signed-in', 7), browser: saw('anonymous', 8) }

table(lateAnswer, [
  { when: 'late answers set no cookie', says: 'pass', about: /set no session cookie/ },
  {
    when: 'one sets a cookie that is worth nothing',
    evidence: tried([{ begun: [sets], browser: saw('anonymous') }]),
    says: 'pass',
    about: /set sid, and the browser stayed signed out/,
  },
  {
    when: 'one signs the browser in again, twice',
    evidence: tried([back, { ...back, meanwhile: gone }]),
    says: 'fail',
    severity: 'high',
    about: /sets sid/,
  },
  { when: 'it does so once only', evidence: tried([back, { meanwhile: gone }]), says: 'inconclusive' },
  {
    when: 'the browser had not left',
    evidence: tried([back, { ...back, meanwhile: { ...gone, browser: saw('signed-in') } }]),
    says: 'inconclusive',
  },
  { when: 'the browser is unclear', evidence: tried([{ browser: saw('unclear') }]), says: 'inconclusive' },
  {
    when: 'nothing was under way',
    evidence: tried([{ begun: [{ ...begun, overlapped: false }] }]),
    says: 'inconclusive',
  },
  { when: 'a control broke', evidence: tried([{ controls: [broken] }]), says: 'inconclusive' },
  {
    when: 'the session of before the login is put back',
    evidence: tried([{}], { login: { ...login, begun: [{ ...sets, restores: ['sid'] }] } }),
    says: 'fail',
    severity: 'low',
    about: /put back into the session of before/,
  },
  {
    when: 'a visitor’s new session takes the place of the login’s',
    evidence: tried([{}], { login }),
    says: 'pass',
    about: /has to sign in again/,
  },
  {
    when: 'the login did not work',
    evidence: tried([{}], { login: { ...login, before: saw('unclear') } }),
    says: 'inconclusive',
  },
])
