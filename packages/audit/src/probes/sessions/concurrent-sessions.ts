import type { ConcurrentSessionsEvidence, Observation } from '../../evidence/evidence.ts'
import { expectState } from '../../evidence/observation.ts'
import type { LoginChoices } from '../../login/sign-in.ts'
import { BrowserJar, type Credential } from '../../network/cookies/jar.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { AuditError, ProbeError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import {
  carrierValues,
  isRemembered,
  liveJar,
  type ProbeContext,
  replay,
  type Session,
  signInAgain,
} from '../context.ts'
import { controlsFor, use } from '../logout/leaving.ts'
import { noCookies, seenAfterLogin } from './at-hand.ts'

type Refusal = NonNullable<ConcurrentSessionsEvidence['refused']>

/** Two could be a coincidence of one login ending the other; three show an order. */
const USUAL_LOGINS = 3

/** Logins it takes: one more than a user may have, so that a limit shows. */
export function loginsFor({ expectSessions = 0 }: Pick<AuditOptions, 'expectSessions'>): number {
  return Math.max(USUAL_LOGINS, expectSessions + 1)
}

/**
 * Signs in several times in a row, each in a browser of its own, and looks after each login, while the next one's page
 * opens, at who is still signed in. The session there is counts as the first, unless another was begun after it. A refused login is put down
 * to the number of sessions only if it works once one was ended.
 */
export async function probeConcurrentSessions(context: ProbeContext): Promise<ConcurrentSessionsEvidence> {
  const { options } = context
  const first = await firstSession(context)
  const browsers: BrowserJar[] = first ? [context.jar] : []
  const logins: { browsers: Observation[] }[] = first ? [{ browsers: [first] }] : []
  const known = new Set<string>(browsers.map((jar) => sessionValue(context, jar)))
  let [shared, refused] = [0, null as Refusal | null]
  /** How those of before fare after the last login. */
  const lookBack = async (): Promise<void> => {
    const last = logins.at(-1)
    const earlier = browsers.slice(0, -1)
    if (last === undefined || last.browsers.length > earlier.length) return
    last.browsers.unshift(...(await sideBySide(...earlier.map((jar) => () => look(context, jar)))))
  }
  while (logins.length < loginsFor(options) && refused === null) {
    const { session, seen } = await beforeLogin(context, lookBack, (choices) =>
      attemptTwice(context, browsers, choices),
    )
    if (!session || seen?.state !== 'signed-in') {
      refused = await explainRefusal(context, browsers, session)
      break
    }
    context.spare.push({ ...session, seen })
    const value = sessionValue(context, session.jar)
    if (known.has(value)) shared += 1
    known.add(value)
    browsers.push(session.jar)
    logins.push({ browsers: [seen] })
  }
  await sideBySide(lookBack, () => copyNewest(context))
  // Two browsers with one session would end it for each other.
  if (shared > 0) context.spare.length = 0
  const none = await noCookies(context)
  return {
    expected: options.expectSessions ?? null,
    logins,
    shared,
    refused,
    controls: [expectState('no cookies', 'anonymous', none)],
  }
}

/** Does something before the credentials of a login leave: while its page opens, where the login can wait for that. */
async function beforeLogin<T>(
  { signIn }: ProbeContext,
  work: () => Promise<void>,
  login: (choices: LoginChoices) => Promise<T>,
): Promise<T> {
  if (!signIn.canPause) {
    await work()
    return await login({})
  }
  const done = work()
  const [made] = await sideBySide(
    () => login({ pause: () => done }),
    () => done,
  )
  return made
}

/** The newest session is the one that is logged out next, and a copy of it is looked at before that. */
async function copyNewest(context: ProbeContext): Promise<void> {
  const newest = context.spare.at(-1)
  if (newest === undefined || isRemembered(context)) return
  const copy = await replay(context, carrierValues(context, newest.jar))
  // The looks side by side with this one may have taken another away.
  const at = context.spare.indexOf(newest)
  if (at >= 0) context.spare.splice(at, 1, { ...newest, copy })
}

/** The session there is, where no other was begun after it: then it is the oldest of those that follow. */
async function firstSession(context: ProbeContext): Promise<Observation | null> {
  const { newest, jar, first, oracle } = context
  if (newest !== jar) return null
  const known = jar === first.jar ? oracle.evidence.signedIn.at(-1) : undefined
  const seen = known ?? (await oracle.observe(jar, 'signed-in'))
  return seen.state === 'signed-in' ? seen : null
}

/** Looks at a session of before, and keeps in mind whether it is one that others may have. */
async function look({ oracle, spare }: ProbeContext, jar: BrowserJar): Promise<Observation> {
  const seen = await oracle.observe(jar, 'signed-in')
  const at = spare.findIndex((session) => session.jar === jar)
  const session = spare[at]
  if (session) spare.splice(at, 1, ...(seen.state === 'signed-in' ? [{ ...session, seen }] : []))
  return seen
}

function sessionValue(context: ProbeContext, jar: BrowserJar): string {
  return JSON.stringify(carrierValues(context, jar).map((carrier) => carrier.value))
}

interface Attempt {
  readonly session: Session | null
  readonly seen: Observation | null
}

/** A login is refused that is refused again, while a session from before is let in. */
async function attemptTwice(
  context: ProbeContext,
  browsers: readonly BrowserJar[],
  choices: LoginChoices,
): Promise<Attempt> {
  const once = async (): Promise<Attempt> => {
    const session = await attempt(context, choices)
    return { session, seen: session && (await seenAfterLogin(context, session)) }
  }
  const first = await once()
  const before = browsers.at(-1)
  if (first.seen?.state === 'signed-in' || before === undefined) return first
  if ((await context.oracle.observe(before, 'signed-in')).state === 'unclear') {
    throw new ProbeError('a session from before was answered neither as a user nor as a visitor')
  }
  return await once()
}

/** Null when the login was answered as a wrong password is. */
async function attempt(context: ProbeContext, choices: LoginChoices = {}): Promise<Session | null> {
  try {
    return await signInAgain(context, new BrowserJar(), choices)
  } catch (error) {
    if (error instanceof AuditError && error.code === 'sign_in_failed') return null
    throw error
  }
}

async function explainRefusal(
  context: ProbeContext,
  browsers: readonly BrowserJar[],
  session: Session | null,
): Promise<Refusal> {
  const answer = session?.landed.final ?? context.http.answers.at(-1)
  if (answer === undefined) throw new ProbeError('nothing was answered to the login')
  const live = await liveSessions(context)
  const last = browsers.at(-1) ?? (live > 0 ? await liveJar(context).catch(() => null) : null)
  let worksAfterLogout = false
  if (last !== null && (await signedOut(context, last))) {
    const at = context.spare.findIndex(({ jar }) => jar === last)
    if (at >= 0) context.spare.splice(at, 1)
    const next = await attempt(context)
    const seen = next && (await seenAfterLogin(context, next))
    worksAfterLogout = seen?.state === 'signed-in'
    if (next && worksAfterLogout && context.jar === last) context.jar = next.jar
  }
  return { exchange: answer.exchange, status: answer.status, live, worksAfterLogout }
}

/** How many of all the sessions that this audit began are alive. */
async function liveSessions(context: ProbeContext): Promise<number> {
  let live = 0
  const once = new Map(context.issued.map((values) => [JSON.stringify([...values]), values]))
  for (const values of once.values()) {
    const credentials = [...values].map(([name, value]) => asSent(context, name, value))
    if ((await replay(context, credentials)).state === 'signed-in') live += 1
  }
  return live
}

function asSent({ carrier }: ProbeContext, name: string, value: string): Credential {
  const header = carrier.headers?.find((each) => each.name === name)
  if (header === undefined) return { kind: 'cookie', name, value }
  return { kind: 'header', name, value, ...(header.scheme === null ? {} : { scheme: header.scheme }) }
}

async function signedOut(context: ProbeContext, jar: BrowserJar): Promise<boolean> {
  for (const control of await controlsFor(context, jar, null)) {
    if (!(await use(context, jar, control))) continue
    if ((await context.oracle.observe(jar, 'logout')).state === 'anonymous') return true
  }
  return false
}
