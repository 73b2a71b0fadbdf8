import type { LogoutEvidence, Observation } from '../../evidence/evidence.ts'
import { expectState } from '../../evidence/observation.ts'
import { BrowserJar, type Credential, pick } from '../../network/cookies/jar.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { AuditError, ProbeError } from '../../options/errors.ts'
import {
  carrierValues,
  isRemembered,
  type ProbeContext,
  replay,
  type SpareSession,
  signInAgain,
} from '../context.ts'
import { LATER, mayGoOnMeanwhile, type SecondLook, SOON } from '../second-look.ts'
import { noCookiesNow, seenAfterLogin, takeSpare } from '../sessions/at-hand.ts'
import { controlsFor, shownOnLanding, use } from './leaving.ts'
import type { LogoutControl } from './logout-control.ts'

type Replay = LogoutEvidence['replays'][number]

/** Nothing that was found, or is usual, ends a session; how each reason that says so begins. */
export const NO_WAY_OUT = 'no way to log out was found'

/** How what was found ends where a browser was needed for it. */
export const PRESSED = 'pressed in a browser'

/**
 * Whether a copy of the session dies with the logout. The session is saved, the browser logs out as a user
 * would, and once the browser itself is anonymous the saved copy is replayed in a clean client.
 */
export async function probeLogout(context: ProbeContext): Promise<SecondLook<LogoutEvidence>> {
  const { jar, landed, before, saved, copy } = await liveSession(context)
  const { control, after, replays: first } = await leave(context, jar, landed, saved)
  const isDead = first.every(({ seen }) => seen.state === 'anonymous')
  // A signed-in copy is waited for once, for all sets together.
  const afterMs = first.some(({ seen }) => seen.state === 'signed-in') ? LATER : SOON
  const replays = [...first]
  const controls = [
    expectState('the browser before the logout', 'signed-in', before),
    expectState('the saved copy before the logout', 'signed-in', copy),
    expectState('the browser after the logout', 'anonymous', after),
  ]
  return {
    afterMs,
    meanwhile: isDead && mayGoOnMeanwhile(context),
    async look() {
      const [again, none] = await sideBySide(
        () => replayAll(context, saved, afterMs),
        () => noCookiesNow(context),
      )
      replays.push(...again)
      controls.push(expectState('no cookies', 'anonymous', none))
      const witness = await liveWitness(context, jar)
      if (witness)
        controls.push(expectState('another session, sent alone after the replays', 'signed-in', witness))
    },
    conclude: async () => ({
      how: {
        method: control.method ?? 'GET',
        url: context.http.secrets.redactUrl(control.url.href),
        found: control.found,
      },
      browserAfter: after,
      replays,
      controls,
    }),
  }
}

/** Sends each carrier set of the copy alone from a clean client. */
async function replayAll(
  context: ProbeContext,
  saved: readonly Credential[],
  afterMs: number,
): Promise<Replay[]> {
  const whole = context.carrier.sets.filter((set) => pick(saved, set).length >= set.length)
  const seen = await sideBySide(...whole.map((set) => () => replay(context, pick(saved, set))))
  return whole.flatMap((set, at) => (seen[at] === undefined ? [] : [{ set, afterMs, seen: seen[at] }]))
}

/**
 * A session that is alive, sent as the copies were: where even that one is turned away, the site refuses us and not the
 * dead session. The one from before the logout will do; where the logout ended that too, one of another login. Null
 * where there was no other session and no login can be made.
 */
export async function liveWitness(context: ProbeContext, loggedOut: BrowserJar): Promise<Observation | null> {
  const other = context.jar === loggedOut ? null : await replay(context, carrierValues(context, context.jar))
  if (other?.state === 'signed-in' || context.signIn.login === null) return other
  try {
    const { jar } = await signInAgain(context, new BrowserJar(), { remember: isRemembered(context) })
    // Where the login itself did not work there is nothing to send.
    if ((await context.oracle.observe(jar, 'signed-in')).state !== 'signed-in') return other
    return await replay(context, carrierValues(context, jar))
  } catch (error) {
    if (error instanceof AuditError && /^(?:sign_in_failed|budget_spent)$/.test(error.code)) return other
    throw error
  }
}

interface LiveSession {
  readonly jar: BrowserJar
  readonly landed: Visit | null
  readonly before: Observation
  /** What carries it, and how that fares by itself. */
  readonly saved: readonly Credential[]
  readonly copy: Observation
}

/**
 * A session that another step made, else one of its own; where the site allows no more logins (or none can be made), the
 * one we have.
 */
async function liveSession(context: ProbeContext): Promise<LiveSession> {
  const { oracle, http } = context
  // The logout is tried on all that keeps a user signed in, so a remembered session is made for it.
  const spare = isRemembered(context) ? null : await takeSpare(context)
  if (spare) {
    const live = await withCopy(context, spare.jar, spare.landed, spare.seen, spare.copy)
    if (live.copy.state === 'signed-in') return live
    const before = await oracle.observe(spare.jar, 'signed-in')
    if (before.state === 'signed-in') return { ...live, before }
  }
  const fresh = await freshSession(context)
  if (fresh) return await withCopy(context, fresh.jar, fresh.landed, fresh.seen)
  const before = await oracle.observe(context.jar, 'signed-in')
  if (before.state !== 'signed-in') {
    throw new ProbeError(
      `no session to log out of: signing in again did not work (after ${http.logins} logins)`,
    )
  }
  return await withCopy(context, context.jar, null, before)
}

async function withCopy(
  context: ProbeContext,
  jar: BrowserJar,
  landed: Visit | null,
  before: Observation,
  copy?: Observation,
): Promise<LiveSession> {
  const saved = carrierValues(context, jar)
  return { jar, landed, before, saved, copy: copy ?? (await replay(context, saved)) }
}

async function freshSession(context: ProbeContext): Promise<SpareSession | null> {
  if (context.signIn.login === null) return null
  try {
    const session = await signInAgain(context, new BrowserJar(), { remember: isRemembered(context) })
    const seen = await seenAfterLogin(context, session)
    return seen.state === 'signed-in' ? { ...session, seen } : null
  } catch (error) {
    if (error instanceof AuditError && error.code === 'sign_in_failed') return null
    throw error
  }
}

interface Left {
  readonly control: LogoutControl
  readonly after: Observation
  /** The copy, at once. */
  readonly replays: readonly Replay[]
}

/** Logs out by the surest control; if the browser is still signed in, by the next. */
async function leave(
  context: ProbeContext,
  jar: BrowserJar,
  landed: Visit | null,
  saved: readonly Credential[],
): Promise<Left> {
  const tried: string[] = []
  let last: Left | null = null
  const press = async (controls: readonly LogoutControl[]): Promise<Left | null> => {
    for (const control of controls) {
      tried.push(`${control.method ?? 'GET'} ${control.url.pathname}`)
      if (!(await use(context, jar, control))) continue
      const [after, replays] = await sideBySide(
        () => context.oracle.observe(jar, 'logout'),
        () => replayAll(context, saved, 0),
      )
      last = { control, after, replays }
      if (after.state === 'anonymous') return last
    }
    return null
  }
  const shown = await press(shownOnLanding(context, landed))
  if (shown) return shown
  for (const page of [landed, null]) {
    const found = (await press(await controlsFor(context, jar, page))) ?? (await pressed(context, jar, saved))
    if (found ?? last) return (found ?? last) as Left
    // Was it the user's page on which nothing was found? Then there is nothing if it is so again.
    if ((await context.oracle.observe(jar, 'signed-in')).state !== 'signed-in') break
  }
  throw new ProbeError(noWayOut(tried))
}

/** Where the address alone does not do it: the page's own control, pressed in the browser that signed in. */
async function pressed(
  context: ProbeContext,
  jar: BrowserJar,
  saved: readonly Credential[],
): Promise<Left | null> {
  const { signIn, start, oracle, options } = context
  if (!signIn.leave || options.logoutUrl !== undefined || options.logoutRequest !== undefined) return null
  const left = await signIn.leave(jar, start)
  if (left === null) return null
  const control = {
    ...left,
    found: `a control on ${start.pathname}, ${PRESSED}`,
    rank: 0,
    from: start,
  }
  const [after, replays] = await sideBySide(
    () => oracle.observe(jar, 'logout'),
    () => replayAll(context, saved, 0),
  )
  return { control, after, replays }
}

/** Names what was pressed in vain, and what helps. */
export function noWayOut(tried: readonly string[]): string {
  const what = tried.length === 0 ? '' : ` (nothing is there at ${[...new Set(tried)].join(', ')})`
  return `${NO_WAY_OUT}${what}; name it with --logout-url, or with --logout-request where a script sends more`
}
