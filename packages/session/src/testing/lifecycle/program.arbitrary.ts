import fc from 'fast-check'
import { browsers, cookieFileAge, longestUpload, mostApart, type PolicyName, processes } from './settings.ts'
import type { Deed, Measure, Program, Step } from './step.ts'

const nth = fc.nat(7)
const user = fc.nat(1)
const key = fc.constantFrom('a' as const, 'b' as const)
const process = fc.nat(processes - 1)
const policy = fc.constantFrom<(PolicyName | null)[]>(null, null, 'default', 'remembered', 'admin')
const methods = fc.constantFrom<string[][]>([], ['pwd'], ['pwd', 'otp'])
const is = <Name extends string>(name: Name) => fc.constant(name)
// Most of them from one browser: what happens to one session at the same time is what may go wrong.
const client = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat(browsers - 1) },
  { weight: 2, arbitrary: fc.constant(browsers) },
)
const rarely = fc.nat(5).map((n) => n === 5)
const mostly = fc.nat(3).map((n) => n > 0)

/** How often each deed is done; a new one is a line here and one in deeds.ts. */
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: is('login'), user, policy, methods }) },
  { weight: 3, arbitrary: fc.record({ do: is('set'), key, value: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ do: is('count') }) },
  { weight: 1, arbitrary: fc.record({ do: is('unset'), key }) },
  { weight: 2, arbitrary: fc.record({ do: is('csrf') }) },
  { weight: 2, arbitrary: fc.record({ do: is('reauthenticate'), methods }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: is('elevate'), for: fc.integer({ min: 1, max: 50_000 }), policy }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('drop'), policy }) },
  { weight: 2, arbitrary: fc.record({ do: is('regenerate') }) },
  { weight: 2, arbitrary: fc.record({ do: is('logout') }) },
  { weight: 1, arbitrary: fc.record({ do: is('revokeOthers') }) },
  { weight: 3, arbitrary: fc.record({ do: is('pause') }) },
  { weight: 1, arbitrary: fc.record({ do: is('head') }) },
  { weight: 1, arbitrary: fc.record({ do: is('watch') }) },
)

const measure: fc.Arbitrary<Measure> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: is('revoke'), nth }) },
  { weight: 2, arbitrary: fc.record({ do: is('revokeUser'), user }) },
  { weight: 1, arbitrary: fc.record({ do: is('revokeAll') }) },
  { weight: 2, arbitrary: fc.record({ do: is('list'), user }) },
  { weight: 2, arbitrary: fc.record({ do: is('sweep') }) },
  { weight: 3, arbitrary: fc.record({ do: is('check') }) },
)

const request: fc.Arbitrary<Step> = fc.record({
  do: is('request'),
  client,
  loot: nth,
  process,
  touch: mostly,
  deeds: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(deed, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(deed, { minLength: 2, maxLength: 4 }) },
  ),
  isParallel: rarely,
  isEager: fc.boolean(),
  page: fc.constantFrom('own', 'own', 'own', 'own', 'own', 'own', 'public', 'cdn'),
  isUpgrade: rarely,
  sentAgo: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.nat(longestUpload) },
  ),
  answer: fc.constantFrom('at once', 'at once', 'at once', 'at once', 'later', 'later', 'never'),
})

/** Within a request, across an overlap, across a renewal, across an idle timeout. */
const ms = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 900 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1500, max: 4000 }) },
  { weight: 4, arbitrary: fc.integer({ min: 18_000, max: 24_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 28_000, max: 70_000 }) },
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 24, arbitrary: request },
  { weight: 30, arbitrary: fc.record({ do: is('go'), nth }) },
  { weight: 5, arbitrary: fc.record({ do: is('deliver'), nth }) },
  { weight: 1, arbitrary: fc.record({ do: is('lose'), nth }) },
  { weight: 6, arbitrary: fc.record({ do: is('advance'), ms }) },
  { weight: 4, arbitrary: fc.record({ do: is('approach'), nth, short: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ do: is('fail'), nth, isApplied: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: is('steal'), client: fc.nat(browsers - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: is('forge'), nth, isMalformed: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: is('measure'), process, isEager: fc.boolean(), measure }) },
  { weight: 1, arbitrary: fc.record({ do: is('deploy'), process }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: is('restart'), client: fc.nat(browsers - 1), ago: fc.nat(cookieFileAge) }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('stop'), process }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: is('step'),
      process,
      by: fc.integer({ min: -mostApart / 2, max: mostApart / 2 }),
    }),
  },
)

/** Random runs of several browsers of two users, a thief and an administrator, over two processes. */
export const programs: fc.Arbitrary<Program> = fc.record({
  limit: fc.constantFrom('none', 'evict', 'evict', 'refuse'),
  sealing: fc.constantFrom('off', 'off', 'on', 'switching'),
  clients: fc.boolean(),
  tokenReuseEnds: fc.constantFrom('session', 'user'),
  clocks: fc.constantFrom('one', 'one', 'apart'),
  steps: fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
})
