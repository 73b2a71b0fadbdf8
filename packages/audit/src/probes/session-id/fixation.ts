import type { Control, FixationEvidence, FixationTrial, Observation } from '../../evidence/evidence.ts'
import { BrowserJar, type Credential } from '../../network/cookies/jar.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { AuditError } from '../../options/errors.ts'
import { notSignedIn } from '../carrier/carrier.ts'
import { underLabel } from '../carrier/renamed.ts'
import {
  carrierValues,
  liveJar,
  type ProbeContext,
  replay,
  type Session,
  secretValues,
  signInAgain,
} from '../context.ts'
import { openAsVisitor } from '../known-page.ts'
import { seenAfterLogin, sessionsAreIndependent } from '../sessions/at-hand.ts'
import { sameShape } from '../value.ts'
import { heldBefore, issuedToVisitors, secretOnes, type Way, waysToFirstId } from './first-ids.ts'
import {
  accompanied,
  isSame,
  type Kind,
  loginWorked,
  sessionOf,
  trials,
  wasLetIn,
} from './fixation-trials.ts'

/**
 * Whether somebody who knew the session ID before the login is signed in after it: what the site issued on the login
 * page, on the start page and on a protected page, each alone before a login, and what was planted before one. What was
 * known is then replayed alone in a clean client.
 */
export async function probeFixation(context: ProbeContext): Promise<FixationEvidence> {
  const both = [() => issuedTrials(context), () => unlessRefused(() => chosenTrials(context))] as const
  // Side by side only where the one makes no login, and the other's ends no session.
  const apart = waysToFirstId(context).length === 0 && sessionsAreIndependent(context)
  const [issued, first] = apart ? await sideBySide(...both) : [await both[0](), await both[1]()]
  const chosen = first instanceof AuditError ? await chosenAgain(context, issued, first) : first
  return { noneBeforeLogin: issued.length === 0, trials: [...issued, ...chosen] }
}

/** A site that refuses to log in with a cookie it does not know has not been fixed; the other trials stand. */
async function chosenAgain(
  context: ProbeContext,
  issued: readonly FixationTrial[],
  refusal: AuditError,
): Promise<readonly FixationTrial[]> {
  if (issued.length === 0) throw refusal
  // That is so if it refuses again, while it lets a live session in.
  await liveJar(context)
  const again = await unlessRefused(() => chosenTrials(context))
  return again instanceof AuditError ? [] : again
}

async function unlessRefused<T>(login: () => Promise<T>): Promise<T | AuditError> {
  try {
    return await login()
  } catch (error) {
    if (error instanceof AuditError && error.code === 'sign_in_failed') return error
    throw error
  }
}

async function issuedTrials(context: ProbeContext): Promise<FixationTrial[]> {
  const before = secretOnes(context, context.first.before)
  const ways = waysToFirstId(context)
  if (before.length === 0 && ways.length === 0) return []

  const [never, ofFirst] = await sideBySide(
    () => neverSignedIn(context, before),
    async () => (before.length > 0 ? await ofFirstLogin(context, before) : []),
  )
  const made = [...ofFirst]
  for (const way of ways) made.push(...(await ofWay(context, way)))
  return made.map((trial) => ({ ...trial, controls: [...trial.controls, ...never] }))
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

/** The first login of all will do if its session is still alive after the replays; it began on the login page. */
async function ofFirstLogin(context: ProbeContext, before: readonly Credential[]): Promise<FixationTrial[]> {
  const kind = { variant: 'issued', way: 'login page' } as const
  const after = carrierValues(context, context.first.jar)
  const seen = context.oracle.evidence.signedIn.at(-1)
  const made = await trials(context, kind, before, after, seen ? [loginWorked(seen)] : [])
  return made.every(wasLetIn) ? made : await ofLogin(context, kind, new BrowserJar())
}

async function ofWay(context: ProbeContext, { way, url }: Way): Promise<FixationTrial[]> {
  const jar = new BrowserJar()
  await openAsVisitor(context, url, jar)
  return await ofLogin(context, { variant: 'issued', way }, jar)
}

async function ofLogin(context: ProbeContext, kind: Kind, jar: BrowserJar): Promise<FixationTrial[]> {
  let frozen = heldBefore(context, jar)
  const session = await signInAgain(context, jar, {
    beforeSubmit: () => {
      // What the login page replaced was known as well.
      frozen = unique([...frozen, ...heldBefore(context, jar)])
    },
  })
  const live = await seenAfterLogin(context, session)
  return trials(context, kind, frozen, carrierValues(context, jar), [loginWorked(live)])
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
  let keptUntilLogin = false
  const [never, session] = await sideBySide(
    () => replay(context, accompanied(context, unused), 'another chosen ID, never signed in'),
    () =>
      signInAgain(context, jar, {
        beforeSubmit: () => {
          const held = heldBefore(context, jar)
          keptUntilLogin = planted.every((one) => held.some((now) => isSame(now, one)))
        },
      }),
  )
  const after = carrierValues(context, jar)
  // A value of ours that the site took on is no sample of the values it makes.
  for (const { name, value } of planted) {
    context.issued.find((login) => login.get(name) === value)?.delete(name)
  }
  const controls = [
    loginWorked(await liveBeside(context, session, planted)),
    notSignedIn('another chosen ID, never signed in', never),
  ]
  return trials(context, { variant: 'chosen', keptUntilLogin }, planted, after, controls)
}

/** Where the site reads the planted ID first, the one that the login gave may be signed in all the same. */
async function liveBeside(
  context: ProbeContext,
  session: Session,
  planted: readonly Credential[],
): Promise<Observation> {
  const live = await seenAfterLogin(context, session)
  if (live.state === 'signed-in') return live
  return await sessionOf(context, carrierValues(context, session.jar), planted)
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
