import type { Observation } from '../../evidence/evidence.ts'
import type { Oracle } from '../../login/oracle/oracle.ts'
import { type Credential, frozenJar, learningJar, NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import { AuditError } from '../../options/errors.ts'
import { isSpent } from '../context.ts'
import { hasUnused, mainOf, nextDue, oldAt, type TimedSession, type TimeoutsState } from './state.ts'

/** What the watching is done with. */
export interface Hands {
  readonly oracle: Pick<Oracle, 'observe' | 'url'>
  /** Begins another session; null where that did not work. */
  readonly begin: () => Promise<readonly Credential[] | null>
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  readonly tell: (detail: string) => void
  /** When waiting must end; then everything is looked at that lives. */
  readonly until: number
  /** Milliseconds that a look may lie ahead and is waited for. */
  readonly patience: number
}

/** A site that does not answer is tried again so often, in all, before the audit gives up. */
const MOST_FAILURES = 5
const FAILURE_PAUSE = 30_000

/** Looks at each session when it is due, until nothing is left to be seen or what is left is too far ahead. */
export async function watch(state: TimeoutsState, hands: Hands): Promise<void> {
  const { now, until } = hands
  try {
    for (let failures = 0; ; ) {
      const next = nextDue(state)
      if (next === null) break
      const ahead = Math.min(next, until) - now()
      if (ahead > hands.patience) return
      if (ahead > 0) {
        const clock = new Date(now() + ahead).toISOString().slice(11, 16)
        hands.tell(`waits until ${clock} (UTC) to look at the sessions it has made`)
        await hands.wait(ahead)
      }
      try {
        await round(state, hands)
      } catch (error) {
        failures += 1
        const isBlip = error instanceof AuditError && error.code === 'unreachable'
        if (!isBlip || failures > MOST_FAILURES || now() >= until) throw error
        await hands.wait(FAILURE_PAUSE)
      }
    }
    state.visitor = await hands.oracle.observe(NO_CREDENTIALS, 'replay')
  } catch (error) {
    // What was seen until then is worth judging.
    if (!isSpent(error)) throw error
    for (const session of state.sessions) session.dueAt = null
  }
}

/** Looks at all that are due, and, where one of them showed something, at what it is held against. */
async function round(state: TimeoutsState, hands: Hands): Promise<void> {
  const isLast = hands.now() >= hands.until
  if (isLast) state.sessions = state.sessions.filter(({ begunAt }) => begunAt !== null)
  const due = state.sessions.filter(({ dueAt }) => dueAt !== null && (isLast || dueAt <= hands.now()))
  const used = new Set<TimedSession>()
  let showed = false
  for (const session of due.filter(({ use }) => use === 'unused')) {
    await lookOnce(state, hands, session)
    showed = true
  }
  for (const session of due.filter(({ use }) => use === 'kept')) {
    used.add(session)
    if (session.begunAt === null) showed = (await beginYounger(state, hands, session)) || showed
    else showed = !(await keep(state, hands, session)) || showed
  }
  if (showed) {
    for (const session of state.sessions) {
      if (
        session.use === 'kept' &&
        session.dueAt !== null &&
        session.begunAt !== null &&
        !used.has(session)
      ) {
        await keep(state, hands, session)
      }
    }
  }
  await beginNext(state, hands)
  settle(state, isLast)
}

/** A look is a use, so that a session that is to lie unused is looked at once; at once again, it says the same. */
async function lookOnce(state: TimeoutsState, hands: Hands, session: TimedSession): Promise<void> {
  const jar = frozenJar(session.credentials)
  const times = timesOf(state, session, hands.now())
  session.dueAt = null
  try {
    const seen = await hands.oracle.observe(jar, 'replay')
    const again = await hands.oracle.observe(jar, 'replay')
    session.looks.push({ ...times, seen, again })
  } catch (error) {
    // Whether that was a use nobody knows, so that it says nothing any more.
    state.sessions = state.sessions.filter((other) => other !== session)
    throw error
  }
}

/** Uses a session, and says whether it is alive. */
async function keep(state: TimeoutsState, hands: Hands, session: TimedSession): Promise<boolean> {
  const times = timesOf(state, session, hands.now())
  const seen = await useOf(hands, session)
  const again = seen.state === 'signed-in' ? null : await useOf(hands, session)
  session.looks.push({ ...times, seen, ...(again === null ? {} : { again }) })
  if (again !== null && again.state !== 'signed-in') {
    session.dueAt = null
    return false
  }
  session.usedAt = hands.now()
  const every = (hasUnused(state) ? state.everySeconds : state.laterSeconds) * 1000
  const old = oldAt(state, session)
  const isOld = old !== null && session.usedAt >= old
  session.dueAt = isOld ? null : Math.min(session.usedAt + every, old ?? Number.POSITIVE_INFINITY)
  return true
}

/** As a browser does: what answers renew is renewed. No browser's clock takes anything away. */
export async function useOf({ oracle }: Pick<Hands, 'oracle'>, session: TimedSession): Promise<Observation> {
  const jar = learningJar(session.credentials, { cookies: [] })
  const seen = await oracle.observe(jar, 'replay')
  if (seen.state === 'signed-in') session.credentials = [...jar.credentials(oracle.url)]
  return seen
}

/** Begins the one that the age of the first is held against. Whether the first survived that is seen at once. */
async function beginYounger(state: TimeoutsState, hands: Hands, session: TimedSession): Promise<boolean> {
  const main = mainOf(state)
  const credentials = main?.dueAt ? await hands.begin() : null
  if (!main || credentials === null) {
    state.sessions = state.sessions.filter((other) => other !== session)
    return false
  }
  started(session, credentials, hands.now())
  session.dueAt = hands.now() + state.laterSeconds * 1000
  state.evicted = !(await keep(state, hands, main))
  return true
}

/** Where sessions cannot live side by side, the next one is begun when the one before it was looked at. */
async function beginNext(state: TimeoutsState, hands: Hands): Promise<void> {
  const unused = state.sessions.filter(({ use, looks }) => use === 'unused' && looks.length === 0)
  const [next] = unused
  if (next === undefined || unused.some(({ begunAt }) => begunAt !== null)) return
  const credentials = await hands.begin()
  if (credentials === null) state.sessions = state.sessions.filter((other) => other !== next)
  else {
    started(next, credentials, hands.now())
    next.dueAt = hands.now() + next.leaveSeconds * 1000
  }
}

function started(session: TimedSession, credentials: readonly Credential[], now: number): void {
  session.credentials = credentials
  session.begunAt = now
  session.usedAt = now
}

/** Nothing is kept alive that nothing is held against any more. */
function settle(state: TimeoutsState, isLast: boolean): void {
  const main = mainOf(state)
  const isWatched = state.absoluteSeconds !== null && main?.dueAt !== null
  if (!isLast && (isWatched || hasUnused(state))) return
  for (const session of state.sessions) session.dueAt = null
}

function timesOf({ startedAt }: TimeoutsState, { begunAt, usedAt }: TimedSession, now: number) {
  const since = (time: number) => Math.round((now - time) / 100) / 10
  return {
    atSeconds: since(startedAt),
    ageSeconds: since(begunAt ?? now),
    unusedSeconds: since(usedAt),
  }
}
