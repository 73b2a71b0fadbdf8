import { carrierValues, type ProbeContext } from '../context.ts'
import { newSession } from '../sessions/at-hand.ts'
import { beginTimeouts } from './begin.ts'
import type { TimeoutsState } from './state.ts'
import { type Hands, watch } from './watch.ts'

/** Milliseconds: what is due later than that is for a later run, where there is to be one. */
const SHORT = 60_000
/** Milliseconds of the time limit that are left for the last looks and what comes after them. */
const SPARED = 15_000

type Time = Pick<Hands, 'now' | 'wait' | 'tell'>

/** How long sessions live, unused and used. Hands back all that a later audit has to know to go on. */
export async function probeTimeouts(context: ProbeContext, time: Time): Promise<TimeoutsState> {
  const state = await beginTimeouts(context, time.now)
  const begin = async () => {
    const session = await newSession(context)
    return session && carrierValues(context, session.jar)
  }
  await watch(state, handsOf(context, { ...time, begin }))
  return state
}

/** How far is waited: to the time limit, or for a later run hardly at all. */
export function handsOf(
  { oracle, http, options }: Pick<ProbeContext, 'oracle' | 'http' | 'options'>,
  own: Time & Pick<Hands, 'begin'>,
): Hands {
  const isKept = options.resume !== undefined
  return {
    ...own,
    oracle,
    patience: isKept ? SHORT : Number.POSITIVE_INFINITY,
    until: isKept ? Number.POSITIVE_INFINITY : own.now() + Math.max(0, http.budget.milliseconds - SPARED),
  }
}
