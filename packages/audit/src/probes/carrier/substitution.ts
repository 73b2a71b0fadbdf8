import type { CarrierEvidence, CarrierSet } from '../../evidence/evidence.ts'
import { BrowserJar, type Credential, pick } from '../../network/cookies/jar.ts'
import { decode } from '../../network/redaction/secrets.ts'
import { carrierValues, isRemembered, type ProbeContext, replay, signInAgain } from '../context.ts'
import { sameShape } from '../value.ts'
import { underLabel } from './renamed.ts'

type Substituted = NonNullable<CarrierEvidence['substituted']>[number]

/** A balancer has few servers, and a visitor's cookie must name the same one. */
const MOST_VISITORS = 5
/** 64 bits, were each but a hex digit. */
const FEWEST_NEW_CHARACTERS = 16

/** What a set's cookies are for, where none of them is enough alone. */
export interface Roles {
  readonly open: readonly string[]
  readonly secrets: readonly string[]
  readonly substituted: readonly Substituted[]
}

/**
 * Sends each cookie of a set with another client's value, and with one made up, beside the session's own others. What
 * works so is a router, a preference or a token that is only compared: anybody has one that does as well. Values of
 * other logins of the user prove nothing, as each may be a secret.
 */
export async function substitute(context: ProbeContext, set: CarrierSet): Promise<Roles> {
  const own = pick(carrierValues(context, context.jar), set)
  const open: string[] = []
  const substituted: Substituted[] = []
  for (const { name, value } of own) {
    const given = visitorValues(context, name)
    if (given.includes(value)) {
      open.push(name)
      continue
    }
    const others = [
      ...given.slice(0, MOST_VISITORS).map((other) => ({ by: 'visitor', other }) as const),
      { by: 'made-up', other: sameShape(value) } as const,
    ]
    for (const { by, other } of others) {
      const seen = await replay(context, swapped(own, name, other), `with another ${name}`)
      substituted.push({ name, by, seen })
      if (seen.state !== 'signed-in') continue
      open.push(name)
      break
    }
  }
  const rest = set.filter((name) => !open.includes(name))
  // Where the session itself is gone, that no other value worked says nothing.
  const alive = own.length === set.length && (await replay(context, own)).state === 'signed-in'
  const tried = alive ? { needed: rest, substituted: [] } : await tryAgain(context, set, rest)
  return {
    open,
    substituted: [...substituted, ...tried.substituted],
    secrets: tried.needed.filter((name) => isNewEachTime(context, name)),
  }
}

/** Where one of the trials ended the session: each again in one that was alive just before, as far as logins can be made. */
async function tryAgain(
  context: ProbeContext,
  set: CarrierSet,
  names: readonly string[],
): Promise<{ needed: readonly string[]; substituted: readonly Substituted[] }> {
  const needed: string[] = []
  const substituted: Substituted[] = []
  if (context.signIn.login === null) return { needed, substituted }
  let own: readonly Credential[] = []
  const isAlive = async () => own.length === set.length && (await replay(context, own)).state === 'signed-in'
  for (const name of names) {
    if (!(await isAlive())) {
      const { jar } = await signInAgain(context, new BrowserJar(), { remember: isRemembered(context) })
      own = pick(carrierValues(context, jar), set)
      if (!(await isAlive())) break
      context.jar = jar
    }
    const value = own.find((each) => each.name === name)?.value ?? ''
    const seen = await replay(context, swapped(own, name, sameShape(value)), `with another ${name}`)
    substituted.push({ name, by: 'made-up', seen })
    if (seen.state === 'anonymous') needed.push(name)
  }
  return { needed, substituted }
}

function swapped(own: readonly Credential[], name: string, value: string): readonly Credential[] {
  return own.map((credential) => (credential.name === name ? { ...credential, value } : credential))
}

/** The values that clients without a cookie of this name were given before any login, the newest first. */
function visitorValues({ http, renamings }: ProbeContext, name: string): string[] {
  const values = http.answers
    .filter(({ phase, sentNames }) => phase !== 'login' && phase !== 'signed-in' && !sentNames.includes(name))
    .flatMap(({ cookies }) => cookies)
    .filter((cookie) => underLabel(cookie.name, renamings) === name && !cookie.deletion)
    .map(({ value }) => value)
  return [...new Set(values.reverse())]
}

function isNewEachTime({ issued }: ProbeContext, name: string): boolean {
  const values = issued.map((login) => login.get(name)).filter((value) => value !== undefined)
  const [first, ...others] = values.map(decode)
  if (first === undefined || others.length === 0) return false
  return others.every((other) => differing(first, other) >= FEWEST_NEW_CHARACTERS)
}

function differing(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  return Array.from({ length }, (_, at) => at).filter((at) => one[at] !== other[at]).length
}
