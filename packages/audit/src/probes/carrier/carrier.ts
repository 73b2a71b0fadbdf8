import type { CarrierEvidence, CarrierSet, Control, Observation } from '../../evidence/evidence.ts'
import { expectState } from '../../evidence/observation.ts'
import type { Oracle } from '../../login/oracle/oracle.ts'
import { type Credential, frozenJar, NO_CREDENTIALS, pick } from '../../network/cookies/jar.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { sameShape } from '../value.ts'
import { makeTrials, type Renew, type Trials } from './trials.ts'

/** Beyond this many cookies the full matrices would cost too much: only those that matter are ablated. */
const MOST_ABLATED = 12
const MOST_SETS = 4
/** Requests that may go into finding sets of several cookies. */
const MOST_TRIES = 40

export interface CarrierProbe {
  readonly evidence: CarrierEvidence
  /** What the session that is alive now sends. */
  readonly credentials: readonly Credential[]
  /** The last look of a client without cookies. */
  readonly visitor: Observation
  /** Set when the evidence cannot be trusted. */
  readonly broken: string | null
}

/**
 * Which cookies carry the session, by ablation: each left out, each alone, then the minimal sets that suffice.
 * Every request is a clean client with frozen values, so that no answer changes what the next one sends, and what does
 * not depend on another answer is sent side by side. Where the session did not survive that, it is done again in a new
 * one, one by one, with a look at it after each trial.
 */
export async function probeCarrier(
  oracle: Oracle,
  credentials: readonly Credential[],
  renew: Renew = null,
): Promise<CarrierProbe> {
  const names = [...new Set(credentials.map(({ name }) => name))]
  const [withAll, withNone] = await sideBySide(
    () => oracle.observe(frozenJar(credentials), 'replay'),
    () => oracle.observe(NO_CREDENTIALS, 'replay'),
  )
  // Only once the first was answered: an ID that is good for one request would be taken in both.
  const [again, noneAgain] = await sideBySide(
    () => oracle.observe(frozenJar(credentials), 'replay'),
    async () => (needsNoTrial(oracle, names) ? await oracle.observe(NO_CREDENTIALS, 'replay') : null),
  )
  const controls = [
    expectState('all cookies, frozen', 'signed-in', withAll),
    expectState('all cookies, frozen, a second time', 'signed-in', again),
    expectState('no cookies', 'anonymous', withNone),
  ]
  const seen = { candidates: names, withAll, withNone }
  const early = brokenEarly(withAll, again, withNone)
  if (early !== null) {
    const evidence = { ...seen, dropOne: [], onlyOne: [], sets: [], carriers: [], controls }
    return { evidence, credentials, visitor: withNone, broken: early }
  }
  const known = [[names, withAll] as const, [[], withNone] as const]
  const first = makeTrials({ oracle, credentials, renew, known, careful: false })
  const found = await ablate(oracle, first, noneAgain && { after: again, none: noneAgain })
  if (found.survived || renew === null) return conclude(seen, controls, found, first)
  const careful = makeTrials({ oracle, credentials: await renew(), renew, known, careful: true })
  return conclude(seen, controls, await ablate(oracle, careful), careful)
}

type Found = Pick<CarrierEvidence, 'dropOne' | 'onlyOne' | 'sets' | 'carriers'> & {
  readonly controls: readonly Control[]
  readonly visitor: Observation
  readonly survived: boolean
}

/** What was seen after the last trial. */
interface Late {
  readonly after: Observation
  readonly none: Observation
}

/** All cookies and none were tried already, and so was a made-up value: then there is nothing between. */
function needsNoTrial(oracle: Oracle, names: readonly string[]): boolean {
  return names.length === 1 && madeUpBefore(oracle, names) !== null
}

/** @param late what was seen already, where no trial is needed */
async function ablate(oracle: Oracle, trials: Trials, late: Late | null = null): Promise<Found> {
  const { names, observeAll, suffices } = trials
  const ablated = names.length <= MOST_ABLATED ? names : await shrink(names, names, suffices)
  const seen = await observeAll([
    ...ablated.map((name) => [name]),
    ...ablated.map((name) => names.filter((other) => other !== name)),
  ])
  const named = (all: readonly Observation[]) =>
    ablated.flatMap((name, at) => (all[at] === undefined ? [] : [{ name, seen: all[at] }]))
  const [onlyOne, dropOne] = [named(seen), named(seen.slice(ablated.length))]
  const single = onlyOne.filter(({ seen }) => seen.state === 'signed-in').map(({ name }) => name)
  const several = await minimalSets(
    names.filter((name) => !single.includes(name)),
    suffices,
  )
  const sets: readonly CarrierSet[] = [...single.map((name) => [name]), ...several]
  const carriers = [...new Set(sets.flat())]
  const garbage =
    madeUpBefore(oracle, carriers) ??
    (await oracle.observe(frozenJar(garbled(trials.all(), carriers)), 'replay'))
  const { after, none } = late ?? (await lookAfter(oracle, trials))
  const controls = [
    notSignedIn('random values of the same shape', garbage),
    expectState('all cookies, after the trials', 'signed-in', after),
    expectState('no cookies, after the trials', 'anonymous', none),
  ]
  const survived = after.state === 'signed-in'
  return { dropOne, onlyOne, sets, carriers, controls, visitor: none, survived }
}

async function lookAfter(oracle: Oracle, trials: Trials): Promise<Late> {
  const [after, none] = await sideBySide(
    () => oracle.observe(frozenJar(trials.all()), 'replay'),
    () => oracle.observe(NO_CREDENTIALS, 'replay'),
  )
  return { after, none }
}

function conclude(
  seen: Pick<CarrierEvidence, 'candidates' | 'withAll' | 'withNone'>,
  early: readonly Control[],
  { dropOne, onlyOne, sets, carriers, controls: late, visitor }: Found,
  { ended, all }: Trials,
): CarrierProbe {
  const controls = [...early, ...late]
  const evidence = { ...seen, dropOne, onlyOne, sets, carriers, controls }
  return {
    evidence: ended.length === 0 ? evidence : { ...evidence, ended },
    credentials: all(),
    visitor,
    broken: brokenLate(controls, sets),
  }
}

type Suffices = (names: readonly string[]) => Promise<boolean>

/** Leaves out what is not needed, one by one; `all` must suffice. */
async function shrink(
  all: readonly string[],
  order: readonly string[],
  suffices: Suffices,
): Promise<string[]> {
  let needed = [...all]
  for (const name of order) {
    const without = needed.filter((other) => other !== name)
    if (without.length > 0 && (await suffices(without))) needed = without
  }
  return needed
}

/** Minimal sets of several cookies, none of which suffices alone. */
export async function minimalSets(names: readonly string[], suffices: Suffices): Promise<CarrierSet[]> {
  let tries = 0
  const bounded: Suffices = async (some) => {
    tries += 1
    return tries <= MOST_TRIES && (await suffices(some))
  }
  if (names.length < 2 || !(await bounded(names))) return []
  const sets: string[][] = []
  const pools: string[][] = [[...names]]
  while (pools.length > 0 && sets.length < MOST_SETS && tries < MOST_TRIES) {
    const pool = pools.shift() ?? []
    if (sets.some((set) => set.every((name) => pool.includes(name)))) continue
    if (pool.length < 2 || !(await bounded(pool))) continue
    const set = await shrink(pool, pool, bounded)
    sets.push(set)
    for (const name of set) pools.push(names.filter((other) => other !== name))
  }
  return sets
}

/** What the search for the oracle has seen of made-up values for the same cookies. */
function madeUpBefore({ turnedAway }: Oracle, carriers: readonly string[]): Observation | null {
  const isSame = turnedAway !== null && [...turnedAway.names].sort().join() === [...carriers].sort().join()
  return isSame ? turnedAway.seen : null
}

function garbled(all: readonly Credential[], names: readonly string[]): readonly Credential[] {
  return pick(all, names).map((credential) => ({ ...credential, value: sameShape(credential.value) }))
}

/** What a site answers to nonsense is its own affair, as long as it lets nobody in. */
export function notSignedIn(name: string, seen: Observation): Control {
  return { name, expected: 'anonymous', seen: seen.state, held: seen.state !== 'signed-in' }
}

function brokenEarly(withAll: Observation, again: Observation, withNone: Observation): string | null {
  if (withNone.state !== 'anonymous') return 'a client without cookies was not clearly anonymous'
  if (withAll.state !== 'signed-in') {
    return 'the cookies of a signed-in browser did not work from another connection, so nothing can be replayed'
  }
  if (again.state === 'signed-in') return null
  return 'the session changes with every request: the same cookies worked once and not again, so nothing can be replayed'
}

function brokenLate(controls: readonly Control[], sets: readonly CarrierSet[]): string | null {
  const lost = controls.find(({ name, held }) => !held && name.endsWith('after the trials'))
  if (lost) return `the session did not survive the trials (${lost.name}: ${lost.seen})`
  return sets.length === 0 ? 'no set of cookies was found that is enough to be signed in' : null
}
