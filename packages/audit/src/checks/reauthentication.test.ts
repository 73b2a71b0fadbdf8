import { table } from '../../test/check-table.ts'
import { broken, gathered, held, saw } from '../../test/sample-evidence.ts'
import type { ReauthenticationEvidence, SavedReplay } from '../evidence/authentication.ts'
import type { State } from '../evidence/evidence.ts'
import { reauthentication } from './reauthentication.ts'

const replay = (state: State, afterMs = 0, set = ['sid']): SavedReplay => ({
  set,
  afterMs,
  seen: saw(state, 11),
})
const how = { url: 'https://app.example.com/sudo', found: 'named by the user', named: true }
const loginAgain = { url: 'https://app.example.com/login', found: 'the login, done again', named: false }
const alive = [replay('signed-in'), replay('signed-in', 2000)]
const seen = (changes: Partial<ReauthenticationEvidence>) => ({
  reauthentication: gathered({
    how,
    unavailable: null,
    alreadyShown: null,
    rotated: true,
    replays: [replay('anonymous'), replay('anonymous', 200)],
    controls: [held],
    ...changes,
  }),
})

table(reauthentication, [
  { when: 'the old ID is dead', says: 'pass', about: /replayed alone/ },
  {
    when: 'there is no way to authenticate again',
    evidence: seen({ how: null, unavailable: 'the login is not shown', replays: [], controls: [] }),
    says: 'skipped',
    about: /the login is not shown/,
  },
  {
    when: 'a page that asks again leaves the ID as it is',
    evidence: seen({ rotated: false, replays: [replay('signed-in'), replay('signed-in', 2000)] }),
    says: 'fail',
    severity: 'medium',
    about: /the ID stayed the same/,
  },
  {
    when: 'the browser gets a new ID and the old one lives on',
    evidence: seen({ replays: [replay('signed-in'), replay('signed-in', 2000)] }),
    says: 'fail',
    severity: 'medium',
    about: /the old one lives on.*still signed in/,
  },
  {
    when: 'the login, done again, leaves the ID as it is',
    evidence: seen({ how: loginAgain, rotated: false, replays: alive }),
    says: 'fail',
    severity: 'low',
    about: /the ID stayed the same/,
  },
  {
    when: 'the login, done again, opens a session beside the one there was',
    evidence: seen({ how: loginAgain, replays: alive }),
    says: 'inconclusive',
    about: /one more sign-in.*--reauth-url/,
  },
  {
    when: 'the login keeps every ID anyway',
    evidence: seen({ how: loginAgain, alreadyShown: 'fixation', rotated: false, replays: alive }),
    says: 'skipped',
    about: /which fixation reports/,
  },
  {
    when: 'nothing ends a session anyway',
    evidence: seen({ how: loginAgain, alreadyShown: 'logout', replays: alive }),
    says: 'skipped',
    about: /which logout reports/,
  },
  {
    when: 'nothing ends a session anyway, and a page asks for the password in vain',
    evidence: seen({ alreadyShown: 'logout', replays: alive }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'the old ID dies late',
    evidence: seen({ replays: [replay('anonymous', 2000), replay('signed-in')] }),
    says: 'fail',
    severity: 'low',
    about: /until 2 s later/,
  },
  {
    when: 'the old ID comes back to life',
    evidence: seen({ replays: [replay('anonymous'), replay('signed-in', 200)] }),
    says: 'fail',
    severity: 'medium',
  },
  {
    when: 'a wrong password was answered like the right one',
    evidence: seen({ replays: [replay('signed-in')], controls: [held, broken] }),
    says: 'inconclusive',
    about: /control/,
  },
  { when: 'a replay is unclear', evidence: seen({ replays: [replay('unclear')] }), says: 'inconclusive' },
  { when: 'nothing was replayed', evidence: seen({ replays: [] }), says: 'inconclusive' },
])
