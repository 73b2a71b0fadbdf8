import type { BrowserJar, Credential } from '../../network/cookies/jar.ts'
import { ProbeError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { marginOf } from '../../options/timeouts.ts'
import { underLabel } from '../carrier/renamed.ts'
import { carrierValues, type ProbeContext } from '../context.ts'
import { newSession, sessionsAreIndependent } from '../sessions/at-hand.ts'
import type { TimedSession, TimeoutsState } from './state.ts'
import { useOf } from './watch.ts'

type Asked = Pick<AuditOptions, 'idleTimeout' | 'absoluteTimeout' | 'resume'>

/** Sessions that are left unused, and one that is used all the while: it shows that unused ones end because of that. */
const SESSIONS = 4

/** What it may take, besides waiting. */
export function costOf(options: Asked): { readonly requests: number; readonly logins: number } {
  const { idleTimeout: idle, absoluteTimeout: absolute } = options
  const { everySeconds, laterSeconds } = pace(options)
  const ofIdle = idle === undefined ? 0 : 28 + (1.1 * idle) / everySeconds
  const ofAbsolute = absolute === undefined ? 0 : 16 + (2 * absolute) / laterSeconds
  return {
    requests: Math.ceil(ofIdle + ofAbsolute),
    logins: (idle === undefined ? 1 : SESSIONS + 1) + (absolute === undefined ? 0 : 1),
  }
}

/** How often a session is used that is to stay alive. */
function pace({ idleTimeout: idle, absoluteTimeout: absolute = 0, resume }: Asked) {
  const later = idle === undefined ? Math.min(Math.max(300, absolute / 60), absolute / 4) : idle / 2
  // Who comes back for each use should not have to come often.
  return { everySeconds: resume || idle === undefined ? later : idle / 6, laterSeconds: later }
}

/** Makes the sessions, and uses each of them once when all are there: then it is known which of them live. */
export async function beginTimeouts(context: ProbeContext, now: () => number): Promise<TimeoutsState> {
  const { idleTimeout: idle = null, absoluteTimeout: absolute = null } = context.options
  const startedAt = now()
  const made: { readonly session: TimedSession; readonly jar: BrowserJar }[] = []
  const wanted = idle === null ? 1 : SESSIONS
  while (made.length < wanted) {
    const fresh = await newSession(context)
    if (fresh === null) break
    made.push({ jar: fresh.jar, session: sessionOf(carrierValues(context, fresh.jar), now()) })
  }
  const living: TimedSession[] = []
  for (const { session } of made) {
    const seen = await useOf(context, session)
    session.usedAt = now()
    if (seen.state === 'signed-in') living.unshift(session)
  }
  const [newest, ...others] = living
  if (newest === undefined) throw new ProbeError('none of the sessions that were made for it was signed in')
  const together = idle === null ? sessionsAreIndependent(context) : others.length > 0
  return {
    startedAt,
    idleSeconds: idle,
    absoluteSeconds: absolute,
    ...pace(context.options),
    together,
    renewable: made.some(({ jar }) => jar.refresh !== null),
    cookieSeconds: cookieSeconds(context),
    evicted: false,
    sessions: [
      ...(idle === null ? [] : together ? sideBySide(others, idle) : oneByOne(newest, idle)),
      ...(idle === null || together ? [kept(newest, idle, absolute, pace(context.options))] : []),
      ...(absolute !== null && together && living.length === wanted ? [younger(newest, absolute)] : []),
    ],
    visitor: null,
  }
}

function sessionOf(credentials: readonly Credential[], now: number): TimedSession {
  return { use: 'kept', leaveSeconds: 0, begunAt: now, usedAt: now, dueAt: null, credentials, looks: [] }
}

/** The most telling first: just past what is expected, one that should be alive, and one that should be so still. */
function moments(idle: number): readonly [number, number, number] {
  return [idle + marginOf(idle), idle / 2, idle * 0.9]
}

function sideBySide(sessions: readonly TimedSession[], idle: number): TimedSession[] {
  return moments(idle).flatMap((seconds, at) => {
    const session = sessions[at]
    return session === undefined ? [] : [left(session, seconds)]
  })
}

function oneByOne(first: TimedSession, idle: number): TimedSession[] {
  const [past, half] = moments(idle)
  const second = { ...sessionOf([], 0), use: 'unused', leaveSeconds: half, begunAt: null } as const
  return [left(first, past), second]
}

function left(session: TimedSession, seconds: number): TimedSession {
  return { ...session, use: 'unused', leaveSeconds: seconds, dueAt: session.usedAt + seconds * 1000 }
}

function kept(
  session: TimedSession,
  idle: number | null,
  absolute: number | null,
  { everySeconds }: { everySeconds: number },
): TimedSession {
  const isWatched = idle !== null || absolute !== null
  return { ...session, dueAt: isWatched ? session.usedAt + everySeconds * 1000 : null }
}

/** Alive when the first has ended, it shows that no restart was the reason. */
function younger({ usedAt }: TimedSession, absolute: number): TimedSession {
  return { ...sessionOf([], 0), begunAt: null, dueAt: usedAt + absolute * 250 }
}

/** How long browsers keep the carrier that they forget first, by the newest Set-Cookie of each. */
function cookieSeconds({ http, carrier, renamings }: ProbeContext): number | null {
  const lifetimes = carrier.carriers.flatMap((name) => {
    const set = http.answers.flatMap(({ cookies }) => cookies)
    const newest = set.findLast((cookie) => !cookie.deletion && underLabel(cookie.name, renamings) === name)
    return newest?.attributes.lifetimeSeconds ?? []
  })
  return lifetimes.length === 0 ? null : Math.min(...lifetimes)
}
