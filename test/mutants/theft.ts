import type { Mutant } from './mutant.ts'

/** What a theft that was found out ends. */
export const theftMutants: readonly Mutant[] = [
  {
    law: 'theft',
    fault: 'the other sessions of the user go on, though all were to end',
    file: 'ending/reuse.ts',
    from: "context.tokenReuseEnds === 'user' && ",
    to: "context.tokenReuseEnds === 'none' && ",
    noticedBy: ['theft'],
  },
  {
    law: 'theft',
    fault: 'all sessions of the user end, though only one was to',
    file: 'ending/reuse.ts',
    from: "context.tokenReuseEnds === 'user' && ",
    to: '',
    noticedBy: ['theft'],
  },
  {
    law: 'theft',
    fault: 'the session itself goes on when it ends the others',
    file: 'ending/reuse.ts',
    from: 'if (!(await context.end(record, { secretHash: record.secretHash }))) return false',
    to: '',
    noticedBy: ['theft'],
  },
  {
    law: 'theft',
    fault: 'the session ends as one of the others, and nobody is told of the reuse',
    file: 'ending/reuse.ts',
    from: "await endSessionsOf(context, record.userId, 'reuse', record.sid)",
    to: "await endSessionsOf(context, record.userId, 'reuse', null)",
    noticedBy: ['several uses'],
    test: 'src/ending/theft.test.ts',
  },
]
