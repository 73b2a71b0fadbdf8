import type { Control, FixationEvidence, FixationTrial, Observation } from '../../evidence/evidence.ts'
import { BrowserJar, type Credential, pick } from '../../network/cookies/jar.ts'
import { AuditError } from '../../options/errors.ts'
import { notSignedIn } from '../carrier/carrier.ts'
import { underLabel } from '../carrier/renamed.ts'
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
import { heldBefore, issuedToVisitors, secretOnes, type Way, waysToFirstId } from './first-ids.ts'

type Kind = Pick<FixationTrial, 'variant' | 'way' | 'keptUntilLogin'>

/** A site that varies its cookie's path has two or three of one name. */
const MOST_CHOICES = 4

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

/** What a login gave, sent alone: all of it, or without what was known before. */
async function sessionOf(
  context: ProbeContext,
  after: readonly Credential[],
  known: readonly Credential[],
): Promise<Observation> {
  const live = await replay(context, after)
  const given = after.filter((now) => !known.some((one) => isSame(now, one)))
  return live.state === 'signed-in' || given.length === 0 ? live : await replay(context, given)
}

/**
 * One trial for each set of carriers of which something was known before the login, and each value of a name alone. After
 * them the session that the login gave is sent in the same way: where even that is turned away, it says nothing that the
 * others were.
 */
async function trials(
  context: ProbeContext,
  kind: Kind,
  known: readonly Credential[],
  after: readonly Credential[],
  controls: readonly Control[],
): Promise<FixationTrial[]> {
  const made = new Map<string, Omit<FixationTrial, 'controls'>>()
  for (const set of context.carrier.sets) {
    for (const mine of choices(pick(known, set))) {
      const key = JSON.stringify(mine.map(({ name, value }) => [name, value]))
      if (mine.length === 0 || made.has(key)) continue
      made.set(key, {
        ...kind,
        names: mine.map(({ name }) => name),
        rotated: mine.some((one) => !after.some((now) => isSame(now, one))),
        replay: await replay(context, accompanied(context, mine)),
      })
    }
  }
  if (made.size === 0) return []
  const witness = stillLetIn(await sessionOf(context, after, known))
  return [...made.values()].map((trial) => ({ ...trial, controls: [witness, ...controls] }))
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

function isSame(one: Credential, other: Credential): boolean {
  return one.name === other.name && one.value === other.value
}

function unique(credentials: readonly Credential[]): readonly Credential[] {
  return credentials.filter((one, at) => credentials.findIndex((other) => isSame(one, other)) === at)
}

/** With the companions' values, which are the same at every login: whoever plants an ID can know them. */
function accompanied(context: ProbeContext, credentials: readonly Credential[]): readonly Credential[] {
  const companions = carrierValues(context, context.jar).filter(({ name }) => isCompanion(context, name))
  return [...credentials, ...companions]
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

function loginWorked({ state }: Observation): Control {
  return {
    name: 'the login worked',
    expected: 'signed-in',
    seen: state,
    held: state === 'signed-in',
  }
}

function stillLetIn({ state }: Observation): Control {
  return {
    name: 'the session of that login, sent alone after the replays',
    expected: 'signed-in',
    seen: state,
    held: state === 'signed-in',
  }
}
