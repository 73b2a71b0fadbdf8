import fc from 'fast-check'

const which = fc.nat({ max: 5 })
const server = fc.constantFrom(0, 1)

/** What may happen in a life; numbers choose among what there is by then. */
export const step = fc.oneof(
  fc.record({ act: fc.constant('login' as const), user: server, server }),
  { weight: 3, arbitrary: fc.record({ act: fc.constant('issue' as const), which, server }) },
  fc.record({ act: fc.constant('grant' as const), which, server }),
  { weight: 2, arbitrary: fc.record({ act: fc.constant('refresh' as const), which, server }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant('verify' as const), which: fc.nat({ max: 30 }) }) },
  fc.record({ act: fc.constant('logout' as const), which, server }),
  fc.record({ act: fc.constant('revoke' as const), which, server }),
  fc.record({ act: fc.constant('revokeUser' as const), user: server, server }),
  fc.record({ act: fc.constant('revokeAll' as const), server }),
  { weight: 3, arbitrary: fc.record({ act: fc.constant('poll' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
  },
  fc.record({ act: fc.constant('restart' as const) }),
  fc.record({ act: fc.constant('outage' as const), on: fc.boolean() }),
  fc.record({ act: fc.constant('rotate' as const), server }),
  fc.record({ act: fc.constant('skew' as const), server, ms: fc.integer({ min: -4000, max: 4000 }) }),
)

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
