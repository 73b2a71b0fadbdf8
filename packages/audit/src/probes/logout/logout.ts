import type { Control, LogoutEvidence, Observation } from '../../evidence/evidence.ts'
import { BrowserJar, pick } from '../../network/cookies/jar.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import { AuditError, ProbeError } from '../../options/errors.ts'
import { carrierValues, isRemembered, type ProbeContext, replay, signInAgain } from '../context.ts'
import { controlsFor, use } from './leaving.ts'
import type { LogoutControl } from './logout-control.ts'

/** Nothing that was found, or is usual, ends a session; how each reason that says so begins. */
export const NO_WAY_OUT = 'no way to log out was found'

/** How what was found ends where a browser was needed for it. */
export const PRESSED = 'pressed in a browser'

/** A dead ID is looked at again soon (a late write may revive it), a live one later (it may die with delay). */
const SOON = 200
const LATER = 2000

/**
 * Whether a copy of the session dies with the logout. The session is saved, the browser logs out as a user
 * would, and once the browser itself is anonymous the saved copy is replayed in a clean client.
 */
export async function probeLogout(context: ProbeContext): Promise<LogoutEvidence> {
  const { jar, landed, before } = await liveSession(context)
  const saved = carrierValues(context, jar)
  const copy = await replay(context, saved)
  const { control, after } = await leave(context, jar, landed)

  const replays: LogoutEvidence['replays'][number][] = []
  for (const set of context.carrier.sets) {
    const mine = pick(saved, set)
    if (mine.length < set.length) continue
    const seen = await replay(context, mine)
    replays.push({ set, afterMs: 0, seen })
  }
  // A signed-in copy is waited for once, for all sets together.
  const wait = replays.some(({ seen }) => seen.state === 'signed-in') ? LATER : SOON
  await context.wait(wait)
  for (const { set } of [...replays]) {
    replays.push({ set, afterMs: wait, seen: await replay(context, pick(saved, set)) })
  }
  const none = await replay(context, [])
  const witness = await liveWitness(context, jar)
  return {
    how: {
      method: control.method ?? 'GET',
      url: context.http.secrets.redactUrl(control.url.href),
      found: control.found,
    },
    browserAfter: after,
    replays,
    controls: [
      check('the browser before the logout', 'signed-in', before),
      check('the saved copy before the logout', 'signed-in', copy),
      check('the browser after the logout', 'anonymous', after),
      check('no cookies', 'anonymous', none),
      ...(witness ? [check('another session, sent alone after the replays', 'signed-in', witness)] : []),
    ],
  }
}

/**
 * A session that is alive, sent as the copies were: where even that one is turned away, the site refuses us and not the
 * dead session. The one from before the logout will do; where the logout ended that too, one of another login. Null
 * where there was no other session and no login can be made.
 */
async function liveWitness(context: ProbeContext, loggedOut: BrowserJar): Promise<Observation | null> {
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
}

/** A session of its own; where the site allows no more logins (or none can be made), the one we have. */
async function liveSession(context: ProbeContext): Promise<LiveSession> {
  const { oracle, signIn, http } = context
  if (signIn.login !== null) {
    const fresh = await signInAgain(context, new BrowserJar(), { remember: isRemembered(context) }).catch(
      (error: unknown) => {
        if (error instanceof AuditError && error.code === 'sign_in_failed') return null
        throw error
      },
    )
    const before = fresh && (await oracle.observe(fresh.jar, 'signed-in'))
    if (fresh && before?.state === 'signed-in') return { ...fresh, before }
  }
  const before = await oracle.observe(context.jar, 'signed-in')
  if (before.state !== 'signed-in') {
    throw new ProbeError(
      `no session to log out of: signing in again did not work (after ${http.logins} logins)`,
    )
  }
  return { jar: context.jar, landed: null, before }
}

/** Logs out by the surest control; if the browser is still signed in, by the next. */
async function leave(
  context: ProbeContext,
  jar: BrowserJar,
  landed: Visit | null,
): Promise<{ control: LogoutControl; after: Observation }> {
  const tried: string[] = []
  for (const page of [landed, null]) {
    let last: { control: LogoutControl; after: Observation } | null = null
    for (const control of await controlsFor(context, jar, page)) {
      tried.push(`${control.method ?? 'GET'} ${control.url.pathname}`)
      if (!(await use(context, jar, control))) continue
      const after = await context.oracle.observe(jar, 'logout')
      last = { control, after }
      if (after.state === 'anonymous') break
    }
    if (last?.after.state !== 'anonymous') last = (await pressed(context, jar)) ?? last
    if (last !== null) return last
    // Was it the user's page on which nothing was found? Then there is nothing if it is so again.
    if ((await context.oracle.observe(jar, 'signed-in')).state !== 'signed-in') break
  }
  throw new ProbeError(noWayOut(tried))
}

/** Where the address alone does not do it: the page's own control, pressed in the browser that signed in. */
async function pressed(
  context: ProbeContext,
  jar: BrowserJar,
): Promise<{ control: LogoutControl; after: Observation } | null> {
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
  return { control, after: await oracle.observe(jar, 'logout') }
}

/** Names what was pressed in vain, and what helps. */
export function noWayOut(tried: readonly string[]): string {
  const what = tried.length === 0 ? '' : ` (nothing is there at ${[...new Set(tried)].join(', ')})`
  return `${NO_WAY_OUT}${what}; name it with --logout-url, or with --logout-request where a script sends more`
}

function check(name: string, expected: Observation['state'], seen: Observation): Control {
  return { name, expected, seen: seen.state, held: seen.state === expected }
}
