import type { Control, FixationTrial, Observation } from '../../evidence/evidence.ts'
import { type Credential, pick } from '../../network/cookies/jar.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { carrierValues, isCompanion, type ProbeContext, replay } from '../context.ts'

export type Kind = Pick<FixationTrial, 'variant' | 'way' | 'keptUntilLogin'>

/** A site that varies its cookie's path has two or three of one name. */
const MOST_CHOICES = 4

/**
 * One trial for each set of carriers of which something was known before the login, and each value of a name alone. After
 * them the session that the login gave is sent in the same way: where even that is turned away, it says nothing that the
 * others were.
 */
export async function trials(
  context: ProbeContext,
  kind: Kind,
  known: readonly Credential[],
  after: readonly Credential[],
  controls: readonly Control[],
): Promise<FixationTrial[]> {
  const all = context.carrier.sets
    .flatMap((set) => choices(pick(known, set)))
    .filter(({ length }) => length > 0)
  const keyOf = (mine: readonly Credential[]) => JSON.stringify(mine.map(({ name, value }) => [name, value]))
  const once = [...new Map(all.toReversed().map((mine) => [keyOf(mine), mine])).values()].reverse()
  if (once.length === 0) return []
  const seen = await sideBySide(...once.map((mine) => () => replay(context, accompanied(context, mine))))
  const witness = stillLetIn(await sessionOf(context, after, known))
  return once.flatMap((mine, at) =>
    seen[at] === undefined
      ? []
      : [
          {
            ...kind,
            names: mine.map(({ name }) => name),
            rotated: mine.some((one) => !after.some((now) => isSame(now, one))),
            replay: seen[at],
            controls: [witness, ...controls],
          },
        ],
  )
}

/** What a login gave, sent alone: all of it, or without what was known before. */
export async function sessionOf(
  context: ProbeContext,
  after: readonly Credential[],
  known: readonly Credential[],
): Promise<Observation> {
  const live = await replay(context, after)
  const given = after.filter((now) => !known.some((one) => isSame(now, one)))
  return live.state === 'signed-in' || given.length === 0 ? live : await replay(context, given)
}

/** Cookies of one name on several paths are several values: each with the rest. */
function choices(credentials: readonly Credential[]): (readonly Credential[])[] {
  const names = [...new Set(credentials.map(({ name }) => name))]
  let made: (readonly Credential[])[] = [[]]
  for (const name of names) {
    const values = credentials.filter((credential) => credential.name === name)
    made = made.flatMap((chosen) => values.map((credential) => [...chosen, credential]))
  }
  return made.slice(0, MOST_CHOICES)
}

export function isSame(one: Credential, other: Credential): boolean {
  return one.name === other.name && one.value === other.value
}

/** With the companions' values, which are the same at every login: whoever plants an ID can know them. */
export function accompanied(
  context: ProbeContext,
  credentials: readonly Credential[],
): readonly Credential[] {
  const companions = carrierValues(context, context.jar).filter(({ name }) => isCompanion(context, name))
  return [...credentials, ...companions]
}

export function loginWorked({ state }: Observation): Control {
  return {
    name: 'the browser that signed in',
    expected: 'signed-in',
    seen: state,
    held: state === 'signed-in',
  }
}

/** Whether the session of the login was let in after the replays. */
export function wasLetIn({ controls }: FixationTrial): boolean {
  return controls.some(({ name, held }) => name === STILL_LET_IN && held)
}

const STILL_LET_IN = 'the session of that login, sent alone after the replays'

function stillLetIn({ state }: Observation): Control {
  return {
    name: STILL_LET_IN,
    expected: 'signed-in',
    seen: state,
    held: state === 'signed-in',
  }
}
