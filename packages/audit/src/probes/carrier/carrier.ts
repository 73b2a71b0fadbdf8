import type { CarrierEvidence, CarrierSet, Control, Observation } from '../../evidence/evidence.ts'
import type { Oracle } from '../../login/oracle/oracle.ts'
import { type Credential, frozenJar, type Jar, NO_CREDENTIALS, pick } from '../../network/cookies/jar.ts'
import { sameShape } from '../value.ts'

/** Beyond this many cookies the full matrices would cost too much: only those that matter are ablated. */
const MOST_ABLATED = 12
const MOST_SETS = 4
/** Requests that may go into finding sets of several cookies. */
const MOST_TRIES = 40

export interface CarrierProbe {
  readonly evidence: CarrierEvidence
  /** Set when the evidence cannot be trusted. */
  readonly broken: string | null
}

/**
 * Which cookies carry the session, by ablation: each left out, each alone, then the minimal sets that suffice.
 * Every request is a clean client with frozen values, so that no answer changes what the next one sends.
 */
export async function probeCarrier(oracle: Oracle, jar: Jar): Promise<CarrierProbe> {
  const all = jar.credentials(oracle.url)
  const names = [...new Set(all.map(({ name }) => name))]
  const tried = new Map<string, Observation>()
  const observe = async (some: readonly string[]): Promise<Observation> => {
    const key = JSON.stringify(names.filter((name) => some.includes(name)))
    const known = tried.get(key)
    if (known) return known
    const seen = await oracle.observe(frozenJar(pick(all, some)), 'replay')
    tried.set(key, seen)
    return seen
  }
  const withAll = await oracle.observe(frozenJar(all), 'replay')
  const again = await oracle.observe(frozenJar(all), 'replay')
  const withNone = await oracle.observe(NO_CREDENTIALS, 'replay')
  const suffices = async (some: readonly string[]) => (await observe(some)).state === 'signed-in'
  const controls = [
    control('all cookies, frozen', 'signed-in', withAll),
    control('all cookies, frozen, a second time', 'signed-in', again),
    control('no cookies', 'anonymous', withNone),
  ]
  const empty = { candidates: names, withAll, withNone, dropOne: [], onlyOne: [], sets: [], carriers: [] }
  const early = brokenEarly(withAll, again, withNone)
  if (early !== null) return { evidence: { ...empty, controls }, broken: early }

  const ablated = names.length <= MOST_ABLATED ? names : await shrink(names, names, suffices)
  const onlyOne = []
  for (const name of ablated) onlyOne.push({ name, seen: await observe([name]) })
  const dropOne = []
  for (const name of ablated)
    dropOne.push({ name, seen: await observe(names.filter((other) => other !== name)) })

  const single = onlyOne.filter(({ seen }) => seen.state === 'signed-in').map(({ name }) => name)
  const sets: CarrierSet[] = single.map((name) => [name])
  sets.push(
    ...(await minimalSets(
      names.filter((name) => !single.includes(name)),
      suffices,
    )),
  )
  const carriers = [...new Set(sets.flat())]
  const garbage = await oracle.observe(frozenJar(garbled(all, carriers)), 'replay')
  controls.push(
    notSignedIn('random values of the same shape', garbage),
    control('all cookies, after the trials', 'signed-in', await oracle.observe(frozenJar(all), 'replay')),
    control('no cookies, after the trials', 'anonymous', await oracle.observe(NO_CREDENTIALS, 'replay')),
  )
  return {
    evidence: { candidates: names, withAll, withNone, dropOne, onlyOne, sets, carriers, controls },
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

function garbled(all: readonly Credential[], names: readonly string[]): readonly Credential[] {
  return pick(all, names).map((credential) => ({ ...credential, value: sameShape(credential.value) }))
}

function control(name: string, expected: Observation['state'], seen: Observation): Control {
  return { name, expected, seen: seen.state, held: seen.state === expected }
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
