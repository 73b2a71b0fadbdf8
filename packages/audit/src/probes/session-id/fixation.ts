import type { Control, FixationEvidence, FixationTrial, Observation } from '../../evidence/evidence.ts'
import { AUTHORIZATION, BrowserJar, type Credential, pick } from '../../network/cookies/jar.ts'
import { AuditError } from '../../options/errors.ts'
import { notSignedIn } from '../carrier/carrier.ts'
import {
  carrierValues,
  isCompanion,
  liveJar,
  type ProbeContext,
  replay,
  secretValues,
  signInAgain,
} from '../context.ts'
import { openAsVisitor } from '../known-page.ts'
import { sameShape } from '../value.ts'

/**
 * Whether somebody who knew the session ID before the login is signed in after it. Two logins: one in a jar
 * that holds what the site issued to a visitor, one in a jar where the carriers were planted. What was known
 * is then replayed alone in a clean client.
 */
export async function probeFixation(context: ProbeContext): Promise<FixationEvidence> {
  const issued = await issuedTrials(context)
  const chosen = await chosenTrials(context).catch(async (error: unknown) => {
    // A site that refuses to log in with a cookie it does not know has not been fixed; the other trial stands.
    if (issued.length === 0 || !isRefused(error)) throw error
    // That is so if it refuses again, while it lets a live session in.
    await liveJar(context)
    return await chosenTrials(context).catch((again: unknown) => {
      if (isRefused(again)) return []
      throw again
    })
  })
  return { noneBeforeLogin: issued.length === 0, trials: [...issued, ...chosen] }
}

function isRefused(error: unknown): boolean {
  return error instanceof AuditError && error.code === 'sign_in_failed'
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
  const controls = never ? [notSignedIn('a visitor’s ID that never signed in', never)] : []
  return trials(context, 'issued', frozen, jar, controls)
}

async function chosenTrials(context: ProbeContext): Promise<FixationTrial[]> {
  const planted: Credential[] = []
  const jar = new BrowserJar()
  for (const credential of secretValues(context, context.jar)) {
    if (credential.name === AUTHORIZATION && credential.kind === 'header') continue
    const value = sameShape(credential.value)
    planted.push({ ...credential, value })
    jar.plant(context.oracle.url, credential.name, value, scopeOf(context, credential.name))
  }
  if (planted.length === 0) return []

  const unused = planted.map((credential) => ({ ...credential, value: sameShape(credential.value) }))
  const never = await replay(context, accompanied(context, unused), 'another chosen ID, never signed in')
  await signInAgain(context, jar)
  // A value of ours that the site took on is no sample of the values it makes.
  for (const { name, value } of planted) {
    if (context.issued.at(-1)?.get(name) === value) context.issued.at(-1)?.delete(name)
  }
  const controls = [notSignedIn('another chosen ID, never signed in', never)]
  return trials(context, 'chosen', planted, jar, controls)
}

/**
 * One trial for each set of carriers of which something was known before the login. After them the session that the
 * login gave is sent in the same way: where even that is turned away, it says nothing that the others were.
 */
async function trials(
  context: ProbeContext,
  variant: FixationTrial['variant'],
  known: readonly Credential[],
  jar: BrowserJar,
  controls: readonly Control[],
): Promise<FixationTrial[]> {
  const after = carrierValues(context, jar)
  const made = new Map<string, Omit<FixationTrial, 'controls'>>()
  for (const set of context.carrier.sets) {
    const mine = pick(known, set)
    const names = mine.map(({ name }) => name)
    if (mine.length === 0 || made.has(names.join())) continue
    made.set(names.join(), {
      variant,
      names,
      rotated: mine.some(({ name, value }) => !after.some((now) => now.name === name && now.value === value)),
      replay: await replay(context, accompanied(context, mine)),
    })
  }
  const witness = loginWorked(await replay(context, after))
  return [...made.values()].map((trial) => ({ ...trial, controls: [witness, ...controls] }))
}

/** With the companions' values, which are the same at every login: whoever plants an ID can know them. */
function accompanied(context: ProbeContext, credentials: readonly Credential[]): readonly Credential[] {
  const companions = carrierValues(context, context.jar).filter(({ name }) => isCompanion(context, name))
  return [...credentials, ...companions]
}

/** A visitor who has seen the start page and the login page. */
async function visitorJar(context: ProbeContext): Promise<BrowserJar> {
  const { start, signIn } = context
  const jar = new BrowserJar()
  await openAsVisitor(context, start, jar)
  if (signIn.entry.href !== start.href) await openAsVisitor(context, signIn.entry, jar)
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
    name: 'the session of that login, sent alone after the replays',
    expected: 'signed-in',
    seen: state,
    held: state === 'signed-in',
  }
}
