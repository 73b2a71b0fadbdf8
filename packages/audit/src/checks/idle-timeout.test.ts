import { table } from '../../test/check-table.ts'
import { gathered, saw } from '../../test/sample-evidence.ts'
import { kept, soundTimeouts, timed, unused } from '../../test/sample-timeouts.ts'
import type { TimeoutsEvidence } from '../evidence/evidence.ts'
import { idleTimeout } from './idle-timeout.ts'

const of = (changes: Partial<TimeoutsEvidence>) => ({ timeouts: gathered({ ...soundTimeouts, ...changes }) })
const lives = kept(timed('signed-in', 31, 5))
const dead = unused(timed('anonymous', 31))
const half = unused(timed('signed-in', 15))

table(idleTimeout, [
  { when: 'it ended in time', says: 'pass', about: /between 27 minutes and 31 minutes/ },
  { when: 'no time was named', evidence: of({ idleSeconds: null }), says: 'skipped' },
  {
    when: 'one was alive past the time',
    evidence: of({ sessions: [unused(timed('signed-in', 31)), lives] }),
    says: 'fail',
    severity: 'medium',
    about: /alive 31 minutes after its last use; the policy says 30 minutes/,
  },
  {
    when: 'one was alive past the time, and more is to be seen',
    evidence: of({ sessions: [unused(timed('signed-in', 31)), lives], due: { next: 'n', last: 'l' } }),
    says: 'fail',
  },
  {
    when: 'it was alive once past the time and not at once again',
    evidence: of({ sessions: [unused({ ...timed('signed-in', 31), again: saw('anonymous') }), lives] }),
    says: 'inconclusive',
  },
  {
    when: 'it was alive three seconds past the time, within what a request takes',
    evidence: of({ sessions: [unused(timed('signed-in', 30.04)), lives] }),
    says: 'inconclusive',
    about: /still alive after 30 minutes/,
  },
  {
    when: 'a later run is to look',
    evidence: of({ due: { next: 'N', last: 'L' } }),
    says: 'inconclusive',
    about: /come back after N, for the last time after L/,
  },
  {
    when: 'none ended until the time limit',
    evidence: of({ sessions: [half, lives] }),
    says: 'inconclusive',
    about: /still alive after 15 minutes, when the looks ended/,
  },
  { when: 'nothing could be looked at', evidence: of({ sessions: [lives] }), says: 'inconclusive' },
  {
    when: 'a used one had ended too',
    evidence: of({ sessions: [dead, half, kept(timed('anonymous', 31, 5))] }),
    says: 'inconclusive',
    about: /a restart or a shorter timeout/,
  },
  {
    when: 'a used one was alive before that only',
    evidence: of({ sessions: [dead, half, kept(timed('signed-in', 30, 5))] }),
    says: 'inconclusive',
    about: /a restart/,
  },
  {
    when: 'it was seen to have ended far too late',
    evidence: of({ sessions: [unused(timed('anonymous', 40)), kept(timed('signed-in', 41, 5))] }),
    says: 'inconclusive',
    about: /too late/,
  },
  {
    when: 'the time is so short that the look itself is late',
    evidence: of({
      idleSeconds: 12,
      sessions: [unused(timed('anonymous', 0.3)), kept(timed('signed-in', 0.4, 0.1))],
    }),
    says: 'pass',
    about: /within 18 seconds/,
  },
  {
    when: 'one lived longer than one that had ended',
    evidence: of({ sessions: [unused(timed('anonymous', 15)), unused(timed('signed-in', 27)), lives] }),
    says: 'inconclusive',
    about: /order/,
  },
  {
    when: 'there is something to renew it with',
    evidence: of({ renewable: true }),
    says: 'inconclusive',
    about: /renew/,
  },
  {
    when: 'one came after the other, and the other was alive',
    evidence: of({ together: false, sessions: [dead, half] }),
    says: 'pass',
  },
  {
    when: 'one came after the other, and both had ended',
    evidence: of({ together: false, sessions: [dead, unused(timed('anonymous', 15))] }),
    says: 'inconclusive',
  },
  {
    when: 'a visitor is let in',
    evidence: of({ visitor: saw('signed-in') }),
    says: 'inconclusive',
    about: /no cookies/,
  },
])
