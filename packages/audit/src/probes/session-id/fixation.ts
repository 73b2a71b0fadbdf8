import type { Control, FixationEvidence, FixationTrial, Observation } from '../../evidence/evidence.ts'
import { BrowserJar, type Credential, pick } from '../../network/cookies/jar.ts'
import { visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import { notSignedIn } from '../carrier/carrier.ts'
import {
  carrierValues,
  isCompanion,
  type ProbeContext,
  replay,
  secretValues,
  signInAgain,
} from '../context.ts'
import { sameShape } from '../value.ts'

/**
 * Whether somebody who knew the session ID before the login is signed in after it. Two logins: one in a jar
 * that holds what the site issued to a visitor, one in a jar where the carriers were planted. What was known
 * is then replayed alone in a clean client.
 */
export async function probeFixation(context: ProbeContext): Promise<FixationEvidence> {
  const issued = await issuedTrials(context)
  const chosen = await chosenTrials(context).catch((error: unknown) => {
    // A site that refuses to log in with a cookie it does not know has not been fixed; the other trial stands.
    if (error instanceof AuditError && error.code === 'sign_in_failed' && issued.length > 0) return []
    throw error
  })
  return { noneBeforeLogin: issued.length === 0, trials: [...issued, ...chosen] }
}

async function issuedTrials(context: ProbeContext): Promise<FixationTrial[]> {
  const jar = await visitorJar(context)
  let frozen = secretValues(context, jar)
  if (frozen.length === 0) return []

  const other = secretValues(context, await visitorJar(context))
  const never =
    other.length > 0 ? await replay(context, accompanied(context, other), 'an ID that never signed in') : null
  await signInAgain(context, jar, {
    beforeSubmit: () => {
      frozen = secretValues(context, jar)
    },
  })
  const after = carrierValues(context, jar)
  const live = await context.oracle.observe(jar, 'signed-in')
  const controls = [loginWorked(live)]
  if (never) controls.push(notSignedIn('a visitor’s ID that never signed in', never))
  return trials(context, 'issued', frozen, after, controls)
}

async function chosenTrials(context: ProbeContext): Promise<FixationTrial[]> {
  const planted: Credential[] = []
  const jar = new BrowserJar()
  for (const credential of secretValues(context, context.jar)) {
    if (credential.kind === 'header') continue
    const value = sameShape(credential.value)
    planted.push({ ...credential, value })
    jar.plant(context.oracle.url, credential.name, value, scopeOf(context, credential.name))
  }
  if (planted.length === 0) return []

  const unused = planted.map((credential) => ({ ...credential, value: sameShape(credential.value) }))
  const never = await replay(context, accompanied(context, unused), 'another chosen ID, never signed in')
  await signInAgain(context, jar)
  const after = carrierValues(context, jar)
  // A value of ours that the site took on is no sample of the values it makes.
  for (const { name, value } of planted) {
    if (context.issued.at(-1)?.get(name) === value) context.issued.at(-1)?.delete(name)
  }
  const live = await context.oracle.observe(jar, 'signed-in')
  const controls = [loginWorked(live), notSignedIn('another chosen ID, never signed in', never)]
  return trials(context, 'chosen', planted, after, controls)
}

/** One trial for each set of carriers of which something was known before the login. */
async function trials(
  context: ProbeContext,
  variant: FixationTrial['variant'],
  known: readonly Credential[],
  after: readonly Credential[],
  controls: readonly Control[],
): Promise<FixationTrial[]> {
  const made = new Map<string, FixationTrial>()
  for (const set of context.carrier.sets) {
    const mine = pick(known, set)
    const names = mine.map(({ name }) => name)
    if (mine.length === 0 || made.has(names.join())) continue
    made.set(names.join(), {
      variant,
      names,
      rotated: mine.some(({ name, value }) => !after.some((now) => now.name === name && now.value === value)),
      replay: await replay(context, accompanied(context, mine)),
      controls,
    })
  }
  return [...made.values()]
}

/** With the companions' values, which are the same at every login: whoever plants an ID can know them. */
function accompanied(context: ProbeContext, credentials: readonly Credential[]): readonly Credential[] {
  const companions = carrierValues(context, context.jar).filter(({ name }) => isCompanion(context, name))
  return [...credentials, ...companions]
}

/** A visitor who has seen the start page and the login page. */
async function visitorJar({ http, start, signIn }: ProbeContext): Promise<BrowserJar> {
  const jar = new BrowserJar()
  await visit(http, { url: start, phase: 'anonymous', jar })
  if (signIn.entry.href !== start.href) await visit(http, { url: signIn.entry, phase: 'anonymous', jar })
  return jar
}

/** Domain and Path the site gives a cookie, so that the planted one is the one it replaces. */
export function scopeOf(
  { http }: ProbeContext,
  name: string,
): { domain: string | null; path: string | null } {
  const seen = http.answers
    .flatMap(({ cookies }) => cookies)
    .findLast((cookie) => cookie.name === name && !cookie.deletion && cookie.refusedByBrowsers === null)
  return { domain: seen?.attributes.domain ?? null, path: seen?.attributes.path ?? null }
}

function loginWorked({ state }: Observation): Control {
  return {
    name: 'the browser that signed in',
    expected: 'signed-in',
    seen: state,
    held: state === 'signed-in',
  }
}
