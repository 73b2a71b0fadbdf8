import { type ProbeContext, signInAgain } from '../context.ts'

/**
 * Tells secrets from what only goes along with them. Where several cookies are needed together, one that is the
 * same at every login while another changes is a companion: a user's number, say. Everybody who knows the user may
 * know it, so its length, its attributes and its appearance in a URL say nothing about the session.
 */
export async function addCompanions(context: ProbeContext): Promise<ProbeContext> {
  const together = context.carrier.sets.filter((set) => set.length > 1)
  if (together.length === 0) return context
  if (context.issued.length < 2 && context.signIn.login !== null) await signInAgain(context)
  const alone = context.carrier.sets.filter((set) => set.length === 1).flat()
  const companions = together.flatMap((set) => {
    const constant = set.filter((name) => isSameEachTime(context, name))
    return constant.length < set.length ? constant.filter((name) => !alone.includes(name)) : []
  })
  return { ...context, carrier: { ...context.carrier, companions: [...new Set(companions)] } }
}

function isSameEachTime({ issued }: ProbeContext, name: string): boolean {
  const values = issued.map((login) => login.get(name)).filter((value) => value !== undefined)
  return values.length > 1 && new Set(values).size === 1
}
