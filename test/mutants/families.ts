import type { Mutant } from './mutant.ts'

/** What a request, a token and a clock may do beyond the moment at which their secret was good (decisions/0025). */
export const familyMutants: readonly Mutant[] = [
  {
    law: 5,
    fault: 'a write does not look whose secret the session has',
    file: 'request/handle.ts',
    from: 'const guard = { ...stored.guard, secretHash: before.secretHash }',
    to: 'const guard = { ...stored.guard }',
    noticedBy: ['law 5: what was opened before a sign-in'],
  },
  {
    law: 6,
    fault: 'a token that names a living session starts another',
    file: 'request/handle.ts',
    from: 'if (this.lost) throw superseded()',
    to: '',
    noticedBy: ['law 6: a request that comes with the secret'],
  },
  {
    law: 6,
    fault: 'a replaced secret that comes late is theft',
    file: 'secret/renewal.ts',
    from: 'return lastUse - firstUse > reuseTolerance',
    to: 'return lastUse - firstUse > reuseTolerance * -1e9',
    noticedBy: ['law 6: a replaced secret is refused by itself'],
  },
  {
    law: 4,
    fault: 'a time in the future is believed',
    file: 'policies/clock.ts',
    from: 'if (isSettled && (previous?.confirmedAt ?? 0) <= latest) return record',
    to: 'if (isSettled || latest > 0) return record',
    noticedBy: ['law 4: a session that a clock wrote which was ahead'],
  },
  {
    law: 3,
    fault: 'updates of one session meet each other',
    file: 'request/turns.ts',
    from: 'before ? before.then(() => run(true)) : run(false)',
    to: 'run(before !== undefined && false)',
    noticedBy: ['law 3: updates at once'],
  },
  {
    law: 9,
    fault: 'a sign-in is older than those of servers whose clocks are ahead',
    file: 'policies/limit.ts',
    from: 'return Math.max(now(), ...others',
    to: 'return Math.min(now(), ...others',
    noticedBy: ['limit: the newest sign-in stays'],
  },
]
