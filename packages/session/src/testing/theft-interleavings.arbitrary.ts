import fc from 'fast-check'
import type { TheftStep } from './theft-interleavings.ts'

const nth = fc.nat(5)
const honest: fc.WeightedArbitrary<TheftStep>[] = [
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('arrive' as const), nth }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('respond' as const), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), nth }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 600 }) }),
  },
]
const thief: fc.WeightedArbitrary<TheftStep>[] = [
  { weight: 1, arbitrary: fc.record({ do: fc.constant('steal' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('thiefUses' as const), adopts: fc.boolean() }) },
]

/** One browser on a bad network. */
export const honestSteps = fc.array(fc.oneof(...honest), { minLength: 1, maxLength: 80, size: 'max' })
/** The same, with a thief. */
export const theftSteps = fc.array(fc.oneof(...honest, ...thief), {
  minLength: 1,
  maxLength: 80,
  size: 'max',
})
