import { table } from '../../test/check-table.ts'
import { broken, gathered, held, saw } from '../../test/sample-evidence.ts'
import type { LogoutEvidence } from '../evidence/evidence.ts'
import { logout } from './logout.ts'

const replay = (state: 'signed-in' | 'anonymous' | 'unclear', afterMs = 0, set = ['sid']) => ({
  set,
  afterMs,
  seen: saw(state, 11),
})
const seen = (changes: Partial<LogoutEvidence>) => ({
  logout: gathered({
    how: { method: 'POST', url: 'https://app.example.com/logout', found: 'a form' },
    browserAfter: saw('anonymous', 10),
    replays: [replay('anonymous')],
    controls: [held],
    ...changes,
  }),
})

table(logout, [
  { when: 'every replay is anonymous', says: 'pass', about: /up to 2 s after/ },
  {
    when: 'a copy still signs in',
    evidence: seen({ replays: [replay('signed-in'), replay('signed-in', 2000)] }),
    says: 'fail',
    severity: 'high',
    about: /only made the browser forget/,
  },
  {
    when: 'a copy dies late',
    evidence: seen({ replays: [replay('anonymous', 2000), replay('signed-in', 0)] }),
    says: 'fail',
    severity: 'medium',
    about: /no longer 2 s after/,
  },
  {
    when: 'only the remember-me cookie still signs in',
    evidence: seen({ replays: [replay('anonymous'), replay('signed-in', 0, ['remember'])] }),
    says: 'fail',
    about: /remember/,
  },
  {
    when: 'a copy comes back to life',
    evidence: seen({ replays: [replay('anonymous', 0), replay('signed-in', 2000)] }),
    says: 'fail',
    severity: 'high',
  },
  {
    when: 'it does so out of order in the evidence',
    evidence: seen({
      replays: [replay('signed-in', 2000), replay('anonymous', 1000), replay('signed-in', 0)],
    }),
    says: 'fail',
    severity: 'high',
    about: /still signs in 2 s after/,
  },
  {
    when: 'the browser stayed signed in',
    evidence: seen({ browserAfter: saw('signed-in'), replays: [replay('signed-in')] }),
    says: 'inconclusive',
    about: /--logout-url/,
  },
  { when: 'the browser is unclear', evidence: seen({ browserAfter: saw('unclear') }), says: 'inconclusive' },
  { when: 'a replay is unclear', evidence: seen({ replays: [replay('unclear')] }), says: 'inconclusive' },
  { when: 'nothing was replayed', evidence: seen({ replays: [] }), says: 'inconclusive' },
  {
    when: 'a control broke',
    evidence: seen({ controls: [held, broken], replays: [replay('signed-in')] }),
    says: 'inconclusive',
  },
])
