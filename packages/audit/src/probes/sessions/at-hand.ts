import type { Observation } from '../../evidence/evidence.ts'
import type { LoginChoices } from '../../login/sign-in.ts'
import { BrowserJar } from '../../network/cookies/jar.ts'
import { type ProbeContext, replay, type Session, type SpareSession, signInAgain } from '../context.ts'

/** What was seen so few requests ago is so still: nothing else was done with that session. */
const RECENT = 15

function isRecent({ http }: ProbeContext, { exchange }: Observation): boolean {
  return http.exchanges.length - exchange <= RECENT
}

/** What the page that a login ended on says, where that is the protected page itself; else null. */
function seenOnLanding({ oracle, http }: ProbeContext, { landed: { final } }: Session): Observation | null {
  const isIt = final.method === 'GET' && final.url.href === oracle.url.href && oracle.asksPlainly
  if (!isIt || !http.allows(final.url)) return null
  const state = oracle.judge(final)
  return state === 'signed-in' ? { state, exchange: final.exchange } : null
}

/** Whether a session that has just begun is signed in. */
export async function seenAfterLogin(context: ProbeContext, session: Session): Promise<Observation> {
  return seenOnLanding(context, session) ?? (await context.oracle.observe(session.jar, 'signed-in'))
}

/** A client without cookies, as it was seen recently or is seen now. */
export async function noCookies(context: ProbeContext): Promise<Observation> {
  return context.visitor !== null && isRecent(context, context.visitor)
    ? context.visitor
    : await noCookiesNow(context)
}

/** A client without cookies, as it is seen now. */
export async function noCookiesNow(context: ProbeContext): Promise<Observation> {
  context.visitor = await replay(context, [])
  return context.visitor
}

/** A session made before that is signed in still, taken away from the others; null where there is none. */
export async function takeSpare(context: ProbeContext): Promise<SpareSession | null> {
  for (;;) {
    const session = context.spare.pop()
    if (session === undefined) return null
    if (isRecent(context, session.seen)) return session
    const { jar, landed } = session
    const seen = await context.oracle.observe(jar, 'signed-in')
    if (seen.state === 'signed-in') return { jar, landed, seen }
  }
}

/** One that was made before, however it fares now, or a new login. Null where that did not sign in. */
export async function takeSession(context: ProbeContext): Promise<SpareSession | null> {
  return context.spare.pop() ?? (await newSession(context))
}

/** A new login. Null where it did not sign in. */
export async function newSession(
  context: ProbeContext,
  choices: LoginChoices = {},
): Promise<SpareSession | null> {
  const session = await signInAgain(context, new BrowserJar(), choices)
  const seen = await seenAfterLogin(context, session)
  return seen.state === 'signed-in' ? { ...session, seen } : null
}

/** No login ended another session, so that nothing done with one can end, or seem to end, another. */
export function sessionsAreIndependent({ gathered: { concurrentSessions } }: ProbeContext): boolean {
  if (concurrentSessions?.status !== 'gathered') return false
  const { logins, refused, shared } = concurrentSessions.value
  const states = logins.flatMap(({ browsers }) => browsers.map(({ state }) => state))
  return refused === null && shared === 0 && states.every((state) => state === 'signed-in')
}
