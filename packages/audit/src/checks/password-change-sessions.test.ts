import { table } from '../../test/check-table.ts'
import { broken, fileOf, gathered, held, saw } from '../../test/sample-evidence.ts'
import type { PasswordChangeEvidence, SavedReplay } from '../evidence/authentication.ts'
import type { State } from '../evidence/evidence.ts'
import { passwordChangeSessions } from './password-change-sessions.ts'

const replay = (state: State, afterMs = 0, set = ['sid']): SavedReplay => ({
  set,
  afterMs,
  seen: saw(state, 11),
})
const good = fileOf().evidence.passwordChange
const seen = (changes: Partial<PasswordChangeEvidence>) => ({
  passwordChange: good.status === 'gathered' ? gathered({ ...good.value, ...changes }) : good,
})
const alive = [replay('signed-in'), replay('signed-in', 2000)]
const box = (preset: boolean, taken: readonly SavedReplay[] | null) => ({
  field: 'sign_out_others',
  preset,
  taken,
})

table(passwordChangeSessions, [
  { when: 'the other session is dead', says: 'pass', about: /anonymous each time/ },
  {
    when: 'it lives on and nothing is offered',
    evidence: seen({ others: alive }),
    says: 'fail',
    severity: 'medium',
    about: /nothing offers to end it/,
  },
  {
    when: 'only its remember-me cookie lives on',
    evidence: seen({ others: [replay('anonymous'), replay('signed-in', 2000, ['keep'])] }),
    says: 'fail',
    severity: 'medium',
    about: /\(keep, sent alone/,
  },
  {
    when: 'it lives on, and the box that was offered ends it',
    evidence: seen({ others: alive, choice: box(false, [replay('anonymous')]) }),
    says: 'pass',
    about: /unless the user says otherwise/,
  },
  {
    when: 'the box that was offered does not end it',
    evidence: seen({ others: alive, choice: box(false, alive) }),
    says: 'fail',
    severity: 'medium',
    about: /sign_out_others is used/,
  },
  {
    when: 'it lives on although the box is ticked from the start',
    evidence: seen({ others: alive, choice: box(true, [replay('anonymous')]) }),
    says: 'fail',
    about: /is set to end it/,
  },
  {
    when: 'the box could not be tried',
    evidence: seen({ others: alive, choice: box(false, null) }),
    says: 'inconclusive',
  },
  {
    when: 'the box was tried with an unclear end',
    evidence: seen({ others: alive, choice: box(false, [replay('unclear')]) }),
    says: 'inconclusive',
  },
  {
    when: 'it lives on and something else offers to end it',
    evidence: seen({ others: alive, offer: 'a control on /password' }),
    says: 'pass',
    about: /a control on \/password. That was not tried/,
  },
  {
    when: 'it dies late',
    evidence: seen({ others: [replay('signed-in'), replay('anonymous', 2000)] }),
    says: 'fail',
    severity: 'low',
    about: /no longer 2 s after/,
  },
  {
    when: 'the site allows one session at a time',
    evidence: seen({ others: null, noOthers: 'one session at a time' }),
    says: 'skipped',
    about: /one session at a time/,
  },
  {
    when: 'a control broke',
    evidence: seen({ others: alive, controls: [held, broken] }),
    says: 'inconclusive',
  },
  { when: 'a replay is unclear', evidence: seen({ others: [replay('unclear')] }), says: 'inconclusive' },
  { when: 'nothing was replayed', evidence: seen({ others: [] }), says: 'inconclusive' },
])
