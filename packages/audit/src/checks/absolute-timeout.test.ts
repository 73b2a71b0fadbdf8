import { table } from '../../test/check-table.ts'
import { gathered, saw } from '../../test/sample-evidence.ts'
import { kept, soundTimeouts, timed, unused } from '../../test/sample-timeouts.ts'
import type { TimeoutsEvidence } from '../evidence/evidence.ts'
import { absoluteTimeout } from './absolute-timeout.ts'

const of = (changes: Partial<TimeoutsEvidence>) => ({ timeouts: gathered({ ...soundTimeouts, ...changes }) })
const alive = timed('signed-in', 470, 15)
const dead = timed('anonymous', 482, 12)
const younger = kept(timed('signed-in', 482, 12, 362))

table(absoluteTimeout, [
  { when: 'it ended in time', says: 'pass', about: /between 7 hours 50 minutes and 8 hours 2 minutes/ },
  { when: 'no time was named', evidence: of({ absoluteSeconds: null }), says: 'skipped' },
  {
    when: 'it lived longer',
    evidence: of({ sessions: [kept(alive, timed('signed-in', 482, 12)), younger] }),
    says: 'fail',
    severity: 'medium',
    about: /alive 8 hours 2 minutes after its login; the policy says 8 hours/,
  },
  {
    when: 'one that was not used lived longer',
    evidence: of({ sessions: [unused(timed('signed-in', 1440))] }),
    says: 'fail',
    about: /alive 1 day after/,
  },
  {
    when: 'a later run is to look',
    evidence: of({ due: { next: 'N', last: 'N' } }),
    says: 'inconclusive',
    about: /come back after N,/,
  },
  {
    when: 'the time limit was over',
    evidence: of({ sessions: [kept(alive)] }),
    says: 'inconclusive',
    about: /still alive after 7 hours 50 minutes/,
  },
  {
    when: 'it had not been used for longer than any that lived',
    evidence: of({ sessions: [kept(alive, timed('anonymous', 482, 16)), younger] }),
    says: 'inconclusive',
    about: /an idle timeout may be the reason/,
  },
  {
    when: 'no younger one lived',
    evidence: of({ sessions: [kept(alive, dead)] }),
    says: 'inconclusive',
    about: /a restart/,
  },
  {
    when: 'a younger one was alive before that only',
    evidence: of({ sessions: [kept(alive, dead), kept(timed('signed-in', 481, 12, 361))] }),
    says: 'inconclusive',
  },
  {
    when: 'it was seen to have ended far too late',
    evidence: of({
      sessions: [kept(alive, timed('anonymous', 600, 12)), kept(timed('signed-in', 600, 12, 480))],
    }),
    says: 'inconclusive',
    about: /too late/,
  },
  { when: 'a login ended it', evidence: of({ evicted: true }), says: 'inconclusive', about: /the login/ },
  {
    when: 'it is unclear',
    evidence: of({ sessions: [kept(timed('unclear', 482, 12))] }),
    says: 'inconclusive',
  },
  {
    when: 'none was kept',
    evidence: of({ sessions: [unused(timed('anonymous', 31))] }),
    says: 'inconclusive',
    about: /without --idle-timeout/,
  },
  { when: 'there is something to renew it with', evidence: of({ renewable: true }), says: 'inconclusive' },
  { when: 'a visitor is let in', evidence: of({ visitor: saw('signed-in') }), says: 'inconclusive' },
])
