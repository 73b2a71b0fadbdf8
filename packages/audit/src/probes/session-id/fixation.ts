import type { Control, FixationEvidence, FixationTrial, Observation } from '../../evidence/evidence.ts'
import { BrowserJar, type Credential } from '../../network/cookies/jar.ts'
import { AuditError } from '../../options/errors.ts'
import { notSignedIn } from '../carrier/carrier.ts'
import { underLabel } from '../carrier/renamed.ts'
import { carrierValues, liveJar, type ProbeContext, replay, secretValues, signInAgain } from '../context.ts'
import { openAsVisitor } from '../known-page.ts'
import { sameShape } from '../value.ts'
import { heldBefore, issuedToVisitors, secretOnes, type Way, waysToFirstId } from './first-ids.ts'
import { accompanied, isSame, type Kind, loginWorked, sessionOf, trials } from './fixation-trials.ts'

/**
 * Whether somebody who knew the session ID before the login is signed in after it: what the site issued on the login
 * page, on the start page and on a protected page, each alone before a login, and what was planted before one. What was
 * known is then replayed alone in a clean client.
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
  const before = secretOnes(context, context.first.before)
  const ways = waysToFirstId(context)
  if (before.length === 0 && ways.length === 0) return []

  const never = await neverSignedIn(context, before)
  const made: FixationTrial[] = []
  if (before.length > 0) made.push(...(await ofFirstLogin(context, before, never)))
  for (const way of ways) made.push(...(await ofWay(context, way, never)))
  return made
}

/** Another visitor's ID, which no login was made with. */
async function neverSignedIn(context: ProbeContext, before: readonly Credential[]): Promise<Control[]> {
  const others = issuedToVisitors(context).filter(
    ({ name, value }) => !before.some((known) => known.name === name && known.value === value),
  )
  const newest = [...new Map(others.toReversed().map((credential) => [credential.name, credential])).values()]
  if (newest.length === 0) return []
  const seen = await replay(context, accompanied(context, newest), 'an ID that never signed in')
  return [notSignedIn('a visitor’s ID that never signed in', seen)]
}

/** The first login of all will do while its session is alive; it began on the login page. */
async function ofFirstLogin(
  context: ProbeContext,
  before: readonly Credential[],
  never: readonly Control[],
): Promise<FixationTrial[]> {
  const kind = { variant: 'issued', way: 'login page' } as const
  const after = carrierValues(context, context.first.jar)
  const live = await replay(context, after)
  if (live.state !== 'signed-in') return await ofLogin(context, kind, new BrowserJar(), never)
  return trials(context, kind, before, after, [loginWorked(live), ...never])
}

async function ofWay(
  context: ProbeContext,
  { way, url }: Way,
  never: readonly Control[],
): Promise<FixationTrial[]> {
  const jar = new BrowserJar()
  await openAsVisitor(context, url, jar)
  return await ofLogin(context, { variant: 'issued', way }, jar, never)
}

async function ofLogin(
  context: ProbeContext,
  kind: Kind,
  jar: BrowserJar,
  never: readonly Control[],
): Promise<FixationTrial[]> {
  let frozen = heldBefore(context, jar)
  await signInAgain(context, jar, {
    beforeSubmit: () => {
      // What the login page replaced was known as well.
      frozen = unique([...frozen, ...heldBefore(context, jar)])
    },
  })
  const live = await context.oracle.observe(jar, 'signed-in')
  return trials(context, kind, frozen, carrierValues(context, jar), [loginWorked(live), ...never])
}

async function chosenTrials(context: ProbeContext): Promise<FixationTrial[]> {
  const planted: Credential[] = []
  const jar = new BrowserJar()
  for (const credential of secretValues(context, context.jar)) {
    if (credential.kind === 'header') continue
    const value = sameShape(credential.value)
    planted.push({ ...credential, value })
    const name = credential.sentAs ?? credential.name
    jar.plant(context.oracle.url, name, value, scopeOf(context, credential.name))
  }
  if (planted.length === 0) return []

  const unused = planted.map((credential) => ({ ...credential, value: sameShape(credential.value) }))
  const never = await replay(context, accompanied(context, unused), 'another chosen ID, never signed in')
  let keptUntilLogin = false
  await signInAgain(context, jar, {
    beforeSubmit: () => {
      const held = heldBefore(context, jar)
      keptUntilLogin = planted.every((one) => held.some((now) => isSame(now, one)))
    },
  })
  const after = carrierValues(context, jar)
  // A value of ours that the site took on is no sample of the values it makes.
  for (const { name, value } of planted) {
    if (context.issued.at(-1)?.get(name) === value) context.issued.at(-1)?.delete(name)
  }
  const controls = [
    loginWorked(await liveBeside(context, jar, planted)),
    notSignedIn('another chosen ID, never signed in', never),
  ]
  return trials(context, { variant: 'chosen', keptUntilLogin }, planted, after, controls)
}

/** Where the site reads the planted ID first, the one that the login gave may be signed in all the same. */
async function liveBeside(
  context: ProbeContext,
  jar: BrowserJar,
  planted: readonly Credential[],
): Promise<Observation> {
  const live = await context.oracle.observe(jar, 'signed-in')
  return live.state === 'signed-in' ? live : await sessionOf(context, carrierValues(context, jar), planted)
}

function unique(credentials: readonly Credential[]): readonly Credential[] {
  return credentials.filter((one, at) => credentials.findIndex((other) => isSame(one, other)) === at)
}

/** Domain and Path the site gives a cookie, so that the planted one is the one it replaces. */
export function scopeOf(
  { http, renamings }: ProbeContext,
  name: string,
): { domain: string | null; path: string | null } {
  const seen = http.answers
    .flatMap(({ cookies }) => cookies)
    .findLast(
      (cookie) =>
        underLabel(cookie.name, renamings) === name && !cookie.deletion && cookie.refusedByBrowsers === null,
    )
  return { domain: seen?.attributes.domain ?? null, path: seen?.attributes.path ?? null }
}
