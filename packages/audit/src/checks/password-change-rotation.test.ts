import { table } from '../../test/check-table.ts'
import { broken, carriedBy, fileOf, gathered, held, saw } from '../../test/sample-evidence.ts'
import type { PasswordChangeEvidence, SavedReplay } from '../evidence/authentication.ts'
import type { State } from '../evidence/evidence.ts'
import { passwordChangeRotation } from './password-change-rotation.ts'

const replay = (state: State, afterMs = 0, set = ['sid']): SavedReplay => ({
  set,
  afterMs,
  seen: saw(state, 11),
})
const good = fileOf().evidence.passwordChange
const seen = (changes: Partial<PasswordChangeEvidence>) => ({
  passwordChange: good.status === 'gathered' ? gathered({ ...good.value, ...changes }) : good,
})

table(passwordChangeRotation, [
  { when: 'the old ID is dead and the browser stays signed in', says: 'pass', about: /stays signed in/ },
  {
    when: 'the browser is signed out',
    evidence: seen({ browserAfter: saw('anonymous'), rotated: false }),
    says: 'pass',
    about: /has to sign in again/,
  },
  {
    when: 'the ID stayed the same',
    evidence: seen({ rotated: false, own: [replay('signed-in'), replay('signed-in', 2000)] }),
    says: 'fail',
    severity: 'medium',
    about: /kept its ID/,
  },
  {
    when: 'the old ID lives on beside the new one',
    evidence: seen({ own: [replay('signed-in'), replay('signed-in', 2000)] }),
    says: 'fail',
    severity: 'medium',
    about: /gave the browser a new ID, but/,
  },
  {
    when: 'only the remember-me cookie of before still signs in',
    evidence: seen({ own: [replay('anonymous'), replay('signed-in', 0, ['keep'])] }),
    says: 'fail',
    about: /keep/,
  },
  {
    when: 'the old ID dies late',
    evidence: seen({ own: [replay('signed-in'), replay('anonymous', 2000)] }),
    says: 'fail',
    severity: 'low',
    about: /until 2 s later/,
  },
  {
    when: 'the new password did not work',
    evidence: seen({ own: [replay('signed-in')], controls: [held, broken] }),
    says: 'inconclusive',
  },
  { when: 'a replay is unclear', evidence: seen({ own: [replay('unclear')] }), says: 'inconclusive' },
  { when: 'nothing was replayed', evidence: seen({ own: [] }), says: 'inconclusive' },
  {
    when: 'the session travels in a header',
    evidence: { ...seen({ own: [replay('signed-in')] }), carrier: gathered(carriedBy('Authorization')) },
    says: 'skipped',
  },
])
