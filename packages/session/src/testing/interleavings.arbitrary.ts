import fc from 'fast-check'
import type { Step } from './interleavings.ts'

const client = fc.nat(2)
const slot = fc.nat(3)
const user = fc.constantFrom('alice', 'bob')
const key = fc.constantFrom('a', 'b')

/** Random steps; opening, writing and answering are as frequent as in life, ending everything is rare. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('open' as const), client, touch: fc.boolean() }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('set' as const), client, slot, key, value: fc.nat(9) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('unset' as const), client, slot, key }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('count' as const), client, slot }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('login' as const), client, slot, user }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('regenerate' as const), client, slot }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('logout' as const), client, slot }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('respond' as const), client, slot }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('steal' as const), client, from: client }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), nth: fc.nat(9) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('revokeUser' as const), user, except: fc.option(fc.nat(9)) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('revokeAll' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 1200 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
)
