import type { InFlightEvidence, InFlightTrial, LateAtLogin } from '../../evidence/in-flight.ts'
import { expectState, type Observation } from '../../evidence/observation.ts'
import { BrowserJar, type Credential } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { ProbeError } from '../../options/errors.ts'
import { carrierValues, type ProbeContext, replay, type SpareSession, signInAgain } from '../context.ts'
import { liveWitness } from '../logout/logout.ts'
import { wayOut } from '../logout/way-out.ts'
import { SOON } from '../second-look.ts'
import { newSession, noCookies, seenAfterLogin, takeSpare } from '../sessions/at-hand.ts'
import { type Begun, beginHeld, beginLaterPages, beginPages, finish } from './begin.ts'

/**
 * Whether a request that is under way brings a session back that ended meanwhile: it has loaded the session, the logout
 * ends that, and at its own end it writes what it had loaded, or sends the browser the cookie again. And whether one that
 * was begun as a visitor takes the new cookie away from who signed in meanwhile.
 */
export async function probeInFlight(context: ProbeContext): Promise<InFlightEvidence> {
  const noLogin = whyNoLogin(context)
  const signedIn = noLogin === null ? await lateAtLogin(context) : null
  const session = signedIn?.session ?? (await takeSpare(context)) ?? (await newSession(context))
  if (session === null) throw new ProbeError('signing in again did not work')
  const how = { looks: false, later: true }
  let first = await trial(context, session, how)
  // One that had ended before says nothing: where a site keeps only a few, our own visitors ended it.
  if (first.before.state === 'anonymous') first = await trial(context, await another(context), how)
  const trials = [first]
  if (seemsAlive(trials)) {
    // Once may have been a logout that never came to the site. A page may be answered before anybody can look.
    const held = await trial(context, await another(context), { looks: true, later: false })
    const isHeld = seemsAlive([held])
    trials.push(isHeld ? held : await trial(context, await another(context), { looks: true, later: true }))
  }
  return { trials, noLogin, login: signedIn?.late ?? null }
}

async function another(context: ProbeContext): Promise<SpareSession> {
  const session = (await takeSpare(context)) ?? (await newSession(context))
  if (session === null) throw new ProbeError('signing in again did not work')
  return session
}

function seemsAlive(trials: readonly InFlightTrial[]): boolean {
  return trials.some(({ copy, browser }) => copy.state === 'signed-in' || browser?.state === 'signed-in')
}

/**
 * @param looks whether to look too while the requests are held back
 * @param later whether more pages are asked for until the logout is answered
 */
async function trial(
  context: ProbeContext,
  session: SpareSession,
  { looks, later }: { looks: boolean; later: boolean },
): Promise<InFlightTrial> {
  const { jar, landed } = session
  const { oracle, http } = context
  const logOut = await wayOut(context, jar, landed)
  const saved = carrierValues(context, jar)
  const same = new BrowserJar()
  same.adopt(jar.stored())
  const begun: Begun[] = beginHeld(context, jar)
  let before: Observation
  let meanwhile: InFlightTrial['meanwhile'] = null
  let after = Number.POSITIVE_INFINITY
  let ended: InFlightTrial['begun'] = []
  try {
    // Its answer says too that those were long there, whichever way is the longer.
    before = await oracle.observe(jar, 'signed-in')
    begun.push(...beginPages(context, jar))
    if (later) await leaveAmongPages(context, { jar, before, begun, logOut })
    else await logOut()
    after = http.exchanges.length
    if (looks) meanwhile = await lookMeanwhile(context, jar, saved)
  } finally {
    ended = await finish(context, begun, after)
  }
  // What is written may be so a moment after the answer.
  await context.wait(SOON)
  const isSet = ended.some(({ sets }) => sets.length > 0)
  const [copy, browser] = await sideBySide(
    () => replay(context, saved),
    async () => (isSet ? await oracle.observe(jar, 'logout') : null),
  )
  const isBack = copy.state === 'signed-in' && meanwhile?.copy.state === 'signed-in'
  const again = isBack ? await leaveAlone(context, { jar: same, landed }, saved) : null
  const witness = await liveWitness(context, jar)
  const none = await noCookies(context)
  const controls = [
    expectState('the browser before the logout', 'signed-in', before),
    expectState('no cookies', 'anonymous', none),
    ...(witness ? [expectState('another session, sent alone after the replay', 'signed-in', witness)] : []),
  ]
  return { begun: ended, before, meanwhile, copy, browser, again, controls }
}

/** Pages are asked for until the logout is answered. */
async function leaveAmongPages(
  context: ProbeContext,
  {
    jar,
    before,
    begun,
    logOut,
  }: { jar: BrowserJar; before: Observation; begun: Begun[]; logOut: () => Promise<unknown> },
): Promise<void> {
  const tookMs = context.http.exchanges.find(({ id }) => id === before.exchange)?.tookMs ?? 0
  let isOut = false
  const leave = async () => {
    await logOut()
    isOut = true
  }
  await sideBySide(leave, () => beginLaterPages(context, jar, { tookMs, begun, until: () => isOut }))
}

/** The same logout with nothing under way, and the copy after it. */
async function leaveAlone(
  context: ProbeContext,
  { jar, landed }: Pick<SpareSession, 'jar' | 'landed'>,
  saved: readonly Credential[],
): Promise<Observation> {
  const logOut = await wayOut(context, jar, landed)
  await logOut()
  await context.wait(SOON)
  return await replay(context, saved)
}

async function lookMeanwhile(
  context: ProbeContext,
  jar: BrowserJar,
  saved: readonly Credential[],
): Promise<InFlightTrial['meanwhile']> {
  const [browser, copy] = await sideBySide(
    () => context.oracle.observe(jar, 'logout'),
    () => replay(context, saved),
  )
  return { browser, copy }
}

interface LateSession {
  readonly late: LateAtLogin
  /** The session that was begun; null where it did not live. */
  readonly session: SpareSession | null
}

function whyNoLogin(context: ProbeContext): string | null {
  const { signIn, first, carrier } = context
  if (!signIn.canPause) return 'a login here does not wait, so that nothing can be begun within it'
  const names = first.before.map(({ name }) => name)
  if (!names.some((name) => carrier.carriers.includes(name))) {
    return 'visitors have no cookie that the login replaces'
  }
  if (!context.http.answers.some((answer) => sendsAgain(context, answer))) {
    return 'no answer sent the cookie anew that its request came with'
  }
  return null
}

/** Set where it is there already, and by nothing that makes or ends a session. */
function sendsAgain({ carrier }: ProbeContext, { phase, cookies, sentNames }: Answer): boolean {
  if (phase !== 'anonymous' && phase !== 'signed-in') return false
  return cookies.some(
    ({ name, deletion }) => !deletion && sentNames.includes(name) && carrier.carriers.includes(name),
  )
}

/** Begins requests with the visitor's cookie, signs in, and lets them be answered in the same browser. */
async function lateAtLogin(context: ProbeContext): Promise<LateSession | null> {
  const jar = new BrowserJar()
  const held: Begun[] = []
  const pause = async () => {
    if (carrierValues(context, jar).length > 0) held.push(...beginHeld(context, jar))
  }
  let after = Number.POSITIVE_INFINITY
  let begun: LateAtLogin['begun'] = []
  let before: Observation
  let landed: SpareSession['landed']
  try {
    const session = await signInAgain(context, jar, { pause })
    after = context.http.exchanges.length
    landed = session.landed
    before = await seenAfterLogin(context, session)
  } finally {
    begun = await finish(context, held, after)
  }
  const isSet = begun.some(({ sets }) => sets.length > 0)
  const browser = isSet ? await context.oracle.observe(jar, 'signed-in') : null
  const alive = browser ?? before
  const session = alive.state === 'signed-in' ? { jar, landed, seen: alive } : null
  return { late: { begun, before, browser }, session }
}
