import type { CarrierSet, Gathered } from '../../evidence/evidence.ts'
import { isOfRememberMe, type RememberMeEvidence } from '../../evidence/remember-me.ts'
import { pick } from '../../network/cookies/jar.ts'
import { underLabel } from '../carrier/renamed.ts'
import { carrierValues, type ProbeContext, replay } from '../context.ts'
import { doubtSpares } from '../sessions/at-hand.ts'

/**
 * What ends a "remember me": the logout and a change of the password, as their own steps have seen, where its cookie was
 * sent alone from a clean client that followed what it was given. What is left is to send it twice, and to read how long
 * a browser keeps it.
 */
export async function probeRememberMe(context: ProbeContext): Promise<RememberMeEvidence> {
  const { carrier, signIn, gathered } = context
  const sets = carrier.sets.filter((set) => isOfRememberMe(set, carrier))
  const { logout, passwordChange } = gathered
  if (sets.length === 0) return { ...NOTHING, none: whyNone(signIn.offersRemember) }
  const ofRemembered = <R extends { readonly set: CarrierSet }>(replays: readonly R[]) =>
    replays.filter(({ set }) => isOfRememberMe(set, carrier))
  const left = logout?.status === 'gathered' ? logout.value : null
  const changed = passwordChange?.status === 'gathered' ? passwordChange.value : null
  const others = ofRemembered(changed?.others ?? [])
  const use = await useTwice(context, sets[0] ?? [])
  // What was replaced and is sent again ends everything on sites that see a theft in it.
  doubtSpares(context)
  return {
    sets,
    none: null,
    afterLogout: left && ofRemembered(left.replays),
    noLogout: left ? null : reasonOf(logout),
    afterPasswordChange:
      changed && others.length > 0
        ? {
            replays: others,
            taken: changed.choice?.taken ? ofRemembered(changed.choice.taken) : null,
            choice: changed.choice && { field: changed.choice.field, preset: changed.choice.preset },
            offer: changed.offer,
            controls: changed.controls,
          }
        : null,
    lifetimeSeconds: lifetimeOf(context, sets),
    use,
    controls: left?.controls ?? [],
  }
}

const NOTHING: RememberMeEvidence = {
  sets: [],
  none: null,
  afterLogout: null,
  noLogout: null,
  afterPasswordChange: null,
  lifetimeSeconds: null,
  use: null,
  controls: [],
}

function whyNone(offers: boolean): string {
  return offers
    ? 'a ticked "remember me" gives nothing that is enough to be signed in by itself'
    : 'the login offers no "remember me"'
}

function reasonOf(gathered: Gathered<unknown> | undefined): string {
  if (gathered === undefined || gathered.status === 'gathered') return 'no logout was made'
  return gathered.reason
}

function lifetimeOf({ http, renamings }: ProbeContext, sets: readonly CarrierSet[]): number | null {
  const names = sets.flat()
  const seconds = http.answers
    .flatMap(({ cookies }) => cookies)
    .filter(({ name, deletion }) => !deletion && names.includes(underLabel(name, renamings)))
    .flatMap(({ attributes: { lifetimeSeconds } }) => lifetimeSeconds ?? [])
  return seconds.length === 0 ? null : Math.max(...seconds)
}

/** A site that gives another value at each use can tell by an earlier one that somebody has a copy. */
async function useTwice(context: ProbeContext, set: CarrierSet): Promise<RememberMeEvidence['use']> {
  const { http, jar, renamings } = context
  const saved = pick(carrierValues(context, jar), set)
  if (saved.length < set.length) return null
  const before = http.answers.length
  const first = await replay(context, saved)
  if (first.state !== 'signed-in') return null
  const renewed = http.answers
    .slice(before)
    .flatMap(({ cookies }) => cookies)
    .some(
      ({ name, value, deletion }) =>
        !deletion && saved.some((one) => one.name === underLabel(name, renamings) && one.value !== value),
    )
  const again = await replay(context, saved)
  return again.state === 'unclear' ? null : { first, renewed, again }
}
