import { table } from '../../test/check-table.ts'
import { broken, carriedBy, gathered, held, saw } from '../../test/sample-evidence.ts'
import type { FixationTrial, State } from '../evidence/evidence.ts'
import { fixation } from './fixation.ts'

function trial(
  variant: FixationTrial['variant'],
  rotated: boolean,
  state: State,
  controls = [held],
): FixationTrial {
  return { variant, names: ['sid'], rotated, replay: saw(state, 9), controls }
}

const tried = (noneBeforeLogin: boolean, ...trials: readonly FixationTrial[]) => ({
  fixation: gathered({ noneBeforeLogin, trials }),
})

table(fixation, [
  { when: 'a chosen ID is refused and none is issued before', says: 'pass', about: /No ID is issued before/ },
  {
    when: 'issued and chosen IDs are dead after the login',
    evidence: tried(false, trial('issued', true, 'anonymous'), trial('chosen', true, 'anonymous')),
    says: 'pass',
  },
  {
    when: 'the issued ID is kept',
    evidence: tried(false, trial('issued', false, 'signed-in')),
    says: 'fail',
    severity: 'high',
    about: /kept the ID of the anonymous visit/,
  },
  {
    when: 'the ID is replaced but the old one lives on',
    evidence: tried(false, trial('issued', true, 'signed-in')),
    says: 'fail',
    about: /left the old one alive/,
  },
  {
    when: 'a chosen ID is adopted',
    evidence: tried(true, trial('chosen', false, 'signed-in')),
    says: 'fail',
    about: /adopted an ID that we chose/,
  },
  {
    when: 'a chosen ID is replaced but signed in too',
    evidence: tried(true, trial('chosen', true, 'signed-in')),
    says: 'fail',
    about: /also signed in the one that was planted/,
  },
  {
    when: 'one trial proves it although another has a broken control',
    evidence: tried(false, trial('issued', false, 'signed-in'), trial('chosen', true, 'anonymous', [broken])),
    says: 'fail',
  },
  {
    when: 'the old value is kept by the browser but signs in nobody alone',
    evidence: tried(false, trial('issued', false, 'anonymous')),
    says: 'pass',
  },
  {
    when: 'a made-up ID is signed in as well',
    evidence: tried(false, trial('issued', false, 'signed-in', [held, broken])),
    says: 'inconclusive',
    about: /made-up ID/,
  },
  {
    when: 'a control broke and nothing was found',
    evidence: tried(false, trial('issued', true, 'anonymous', [broken])),
    says: 'inconclusive',
  },
  {
    when: 'the replay is unclear',
    evidence: tried(false, trial('issued', true, 'unclear')),
    says: 'inconclusive',
  },
  {
    when: 'the session travels in a header and nothing could be planted',
    evidence: { ...tried(true), carrier: gathered(carriedBy('Authorization')) },
    says: 'skipped',
    about: /Authorization header/,
  },
  {
    when: 'a header or a cookie carries the session and nothing was tried',
    evidence: { ...tried(true), carrier: gathered(carriedBy('Authorization', 'sid')) },
    says: 'inconclusive',
  },
  { when: 'nothing was tried', evidence: tried(true), says: 'inconclusive' },
  {
    when: 'an ID is issued before the login but was not replayed',
    evidence: tried(false, trial('chosen', true, 'anonymous')),
    says: 'inconclusive',
  },
])
