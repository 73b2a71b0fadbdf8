import { table } from '../../test/check-table.ts'
import { broken, gathered, held, saw } from '../../test/sample-evidence.ts'
import type { ConcurrentSessionsEvidence, State } from '../evidence/evidence.ts'
import { concurrentSessions } from './concurrent-sessions.ts'

const states: Readonly<Record<string, State>> = { L: 'signed-in', '.': 'anonymous', '?': 'unclear' }

/** One word for each login: L for a browser that is signed in after it, a dot for one that is not. */
const seen = (words: string, changes: Partial<ConcurrentSessionsEvidence> = {}) => ({
  concurrentSessions: gathered({
    expected: null,
    logins: words
      .split(' ')
      .filter(Boolean)
      .map((word) => ({ browsers: [...word].map((letter) => saw(states[letter] ?? 'unclear', 12)) })),
    shared: 0,
    refused: null,
    controls: [held],
    ...changes,
  }),
})
const refused = { exchange: 13, status: 200, live: 2, worksAfterLogout: true }

table(concurrentSessions, [
  { when: 'there is a policy and it holds', evidence: seen('L LL .LL', { expected: 2 }), says: 'pass' },
  {
    when: 'no policy was named and nothing is limited',
    evidence: seen('L LL LLL'),
    says: 'skipped',
    about: /All 3 of 3 logins.*--expect-sessions/,
  },
  {
    when: 'no policy was named and the oldest is ended',
    evidence: seen('L LL .LL ..LL'),
    says: 'skipped',
    about: /At most 2 sessions/,
  },
  {
    when: 'no policy was named and each login ends the one before',
    evidence: seen('L .L ..L'),
    says: 'skipped',
    about: /At most one session/,
  },
  {
    when: 'no policy was named and the login is refused',
    evidence: seen('L LL', { refused }),
    says: 'skipped',
    about: /With 2 sessions alive another login is refused/,
  },
  {
    when: 'more stay than the policy says',
    evidence: seen('L LL LLL', { expected: 2 }),
    says: 'fail',
    severity: 'medium',
    about: /The policy says at most 2 sessions/,
  },
  {
    when: 'fewer stay than the policy says',
    evidence: seen('L LL .LL ..LL', { expected: 3 }),
    says: 'fail',
    severity: 'low',
  },
  {
    when: 'the limit is refused as the policy says',
    evidence: seen('L LL', { refused, expected: 2 }),
    says: 'pass',
  },
  {
    when: 'more are let in than the policy says before one is refused',
    evidence: seen('L LL', { refused, expected: 1 }),
    says: 'fail',
  },
  {
    when: 'a login is refused earlier than the policy says, which sessions elsewhere may explain',
    evidence: seen('L LL', { refused, expected: 3 }),
    says: 'inconclusive',
    about: /elsewhere/,
  },
  {
    when: 'a login is refused for another reason',
    evidence: seen('L LL', { refused: { ...refused, status: 429, worksAfterLogout: false }, expected: 2 }),
    says: 'inconclusive',
    about: /status 429/,
  },
  {
    when: 'not enough logins were made',
    evidence: seen('L LL LLL', { expected: 3 }),
    says: 'inconclusive',
    about: /too few/,
  },
  {
    when: 'logins share a session',
    evidence: seen('L LL LLL', { shared: 2, expected: 1 }),
    says: 'inconclusive',
    about: /session of an earlier login/,
  },
  { when: 'a session ends out of order', evidence: seen('L LL L.L', { expected: 2 }), says: 'inconclusive' },
  { when: 'a session comes back', evidence: seen('L .L LLL', { expected: 2 }), says: 'inconclusive' },
  { when: 'one is unclear', evidence: seen('L LL ?LL', { expected: 2 }), says: 'inconclusive' },
  { when: 'nobody stayed', evidence: seen('', { expected: 2 }), says: 'inconclusive' },
  {
    when: 'a control broke',
    evidence: seen('L LL LLL', { expected: 2, controls: [broken] }),
    says: 'inconclusive',
  },
  {
    when: 'what is declared holds, whatever was expected when it was gathered',
    evidence: seen('L LL .LL', { expected: null }),
    expect: { concurrentSessions: 2 },
    says: 'pass',
  },
  {
    when: 'more stay than is declared',
    evidence: seen('L LL LLL', { expected: null }),
    expect: { concurrentSessions: 2 },
    says: 'fail',
  },
])
