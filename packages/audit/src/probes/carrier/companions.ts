import type { CarrierSet } from '../../evidence/evidence.ts'
import { ProbeError } from '../../options/errors.ts'
import { carrierValues, type ProbeContext, signInAgain } from '../context.ts'
import { substitute } from './substitution.ts'

/**
 * Tells secrets from what only goes along with them, where several cookies are needed together. One that is the same
 * at every login while another changes is a companion (a user's number, say), and so is one for which another client's
 * value does as well (a balancer's). Everybody may know those, so their length, their attributes and their appearance
 * in a URL say nothing about the session.
 * @param sets those to judge, by the session of the context: one of a kind in which none of their members is enough alone
 */
export async function addCompanions(
  context: ProbeContext,
  sets: readonly CarrierSet[] = context.carrier.sets,
): Promise<ProbeContext> {
  const together = sets.filter((set) => set.length > 1)
  if (together.length === 0) return context
  if (context.issued.length < 2 && context.signIn.login !== null) {
    const { jar } = await signInAgain(context)
    const given = carrierValues(context, jar)
    if (!together.some((set) => set.every((name) => given.some((each) => each.name === name)))) {
      throw new ProbeError('signing in again gave no cookies to compare')
    }
  }
  const alone = context.carrier.sets.filter((set) => set.length === 1).flat()
  const companions = new Set(context.carrier.companions)
  const secrets = new Set(context.carrier.secrets)
  const substituted = [...(context.carrier.substituted ?? [])]
  for (const set of together) {
    const roles = await substitute(context, set)
    const open = set.filter((name) => roles.open.includes(name) || isSameEachTime(context, name))
    substituted.push(...roles.substituted)
    for (const name of roles.secrets) secrets.add(name)
    if (open.length === set.length) continue
    for (const name of open) if (!alone.includes(name)) companions.add(name)
  }
  const carrier = {
    ...context.carrier,
    companions: [...companions],
    substituted,
    secrets: [...secrets].filter((name) => !companions.has(name)),
  }
  return { ...context, carrier }
}

function isSameEachTime({ issued }: ProbeContext, name: string): boolean {
  const values = issued.map((login) => login.get(name)).filter((value) => value !== undefined)
  return values.length > 1 && new Set(values).size === 1
}
