import { BrowserJar, frozenJar, pick } from '../../network/cookies/jar.ts'
import { ProbeError } from '../../options/errors.ts'
import { type ProbeContext, signInAgain } from '../context.ts'
import { minimalSets } from './carrier.ts'
import { asNamed } from './renamed.ts'

/**
 * Signs in once more with "remember me" ticked, and adds what only then is enough to be signed in: a cookie of
 * its own, or one that needed another beside it until now. The context goes on with that session, so that the
 * logout is tried on all of it.
 */
export async function addRemembered(context: ProbeContext): Promise<ProbeContext> {
  const { carrier, oracle, renamings } = context
  const { jar } = await signInAgain(context, new BrowserJar(), { remember: true })
  if ((await oracle.observe(jar, 'signed-in')).state !== 'signed-in') {
    throw new ProbeError('signing in with "remember me" ticked did not work')
  }
  const all = asNamed(jar.credentials(oracle.url), renamings)
  const enough = carrier.sets.flatMap((set) => (set.length === 1 ? set : []))
  const partly = carrier.carriers.filter((name) => !enough.includes(name))
  const names = [...new Set(all.map(({ name }) => name))]
  const added = names.filter((name) => !carrier.candidates.includes(name) || partly.includes(name))
  if (added.length === 0) return context

  const without = (name: string) => all.filter((credential) => credential.name !== name)
  const onlyOne = carrier.onlyOne.filter(({ name }) => !added.includes(name))
  const dropOne = carrier.dropOne.filter(({ name }) => !added.includes(name))
  for (const name of added) {
    onlyOne.push({ name, seen: await oracle.observe(frozenJar(pick(all, [name])), 'replay') })
    dropOne.push({ name, seen: await oracle.observe(frozenJar(without(name)), 'replay') })
  }
  const single = onlyOne
    .filter(({ name, seen }) => added.includes(name) && seen.state === 'signed-in')
    .map(({ name }) => name)
  const several = await minimalSets(
    added.filter((name) => !single.includes(name) && !partly.includes(name)),
    async (names) => (await oracle.observe(frozenJar(pick(all, names)), 'replay')).state === 'signed-in',
  )
  const sets = [...carrier.sets, ...single.map((name) => [name]), ...several]
  const carriers = [...new Set(sets.flat())]
  const remembered = [...new Set([...single, ...several.flat()])]
  const candidates = [...new Set([...carrier.candidates, ...added])]
  // Those that were carriers before are samples already.
  const values = all.filter(({ name }) => remembered.includes(name) && !carrier.carriers.includes(name))
  if (values.length > 0) context.issued.push(new Map(values.map(({ name, value }) => [name, value])))
  return {
    ...context,
    jar: remembered.length > 0 ? jar : context.jar,
    carrier: { ...carrier, candidates, onlyOne, dropOne, sets, carriers, remembered },
  }
}
