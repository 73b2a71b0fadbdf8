import type { Control, LogoutGetEvidence, Observation } from '../../evidence/evidence.ts'
import { expectState } from '../../evidence/observation.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import { attached, elsewhere, sendFromElsewhere, suffices } from '../../network/cross-site/cross-site.ts'
import type { Foreign } from '../../network/cross-site/foreign.ts'
import { visit } from '../../network/pages/navigate.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { ProbeError } from '../../options/errors.ts'
import { underLabel } from '../carrier/renamed.ts'
import { liveJar, type ProbeContext, type SpareSession } from '../context.ts'
import { knownToAnyone } from '../cross-site-request/known-fields.ts'
import { newSession, noCookies, takeSession } from '../sessions/at-hand.ts'
import { controlsFor, shownOnLanding, use } from './leaving.ts'
import { noWayOut, PRESSED } from './logout.ts'
import type { LogoutControl } from './logout-control.ts'
import { isTheOneUsed, pressedInBrowser, surest, waysOut } from './way-out.ts'

type Trial = LogoutGetEvidence['trials'][number]

const PRESSES = 2

/**
 * Whether a plain GET of the logout's address, as any site can make a browser send it, ends the session: by an
 * image, where a browser would add the cookie to one, and by a link. Somebody else's session says which address
 * that is, so that what only this session's pages know is left out.
 */
export async function probeLogoutGet(context: ProbeContext): Promise<LogoutGetEvidence> {
  const session = await takeSession(context)
  if (session === null) throw new ProbeError('signing in again did not work')
  const byHand = pressedInBrowser(context)
  const control = byHand ?? surest(context, await waysOut(context, session.jar, session.landed))
  const twin = byHand ?? (control && (await twinOf(context, control)))
  if (!control || !twin) throw new ProbeError(noWayOut([]))

  const url = addressOf(control, twin)
  const found = (await allAtOnce(context, session, url)) ?? (await oneByOne(context, url))
  const { trials, ownPage, controls, jar } = found
  // Where the link ended the session there is nothing to show about the logout itself.
  const isOver =
    trials.some(({ after }) => after.state !== 'signed-in') || ownPage?.after.state === 'anonymous'
  if (!isOver) controls.push(await ownLogout(context, jar, control))
  // Nothing has ended it: another step may have it.
  if (!isOver && jar === session.jar && !isPressed(context, control)) {
    context.spare.push({ jar, landed: session.landed, seen: ownPage?.after ?? session.seen })
  }
  controls.push(expectState('no cookies', 'anonymous', await noCookies(context)))
  const shown = context.http.secrets.redactUrl(url.href)
  return { url: shown, found: control.found, trials, ownPage, controls }
}

interface Pressed extends Pick<LogoutGetEvidence, 'trials' | 'ownPage'> {
  readonly jar: BrowserJar
  readonly controls: Control[]
}

/**
 * Everything in a row and one look: a session that is alive after it was ended by none of it. Null where it is not. The
 * second press comes some requests after the first, so that what keeps one from the site lets the other through.
 */
async function allAtOnce(
  context: ProbeContext,
  { jar, seen }: SpareSession,
  url: URL,
): Promise<Pressed | null> {
  if (jar.token !== null) return null
  const foreigns = FOREIGNS.filter((foreign) => canEnd(context, jar, url, foreign))
  const presses = []
  for (const foreign of foreigns) presses.push({ foreign, ...(await press(context, jar, url, foreign)) })
  const [own] = await sideBySide(
    () => openOwn(context, jar, url),
    () => press(context, jar, context.start, elsewhere('document')),
  )
  for (const foreign of foreigns) presses.push({ foreign, ...(await press(context, jar, url, foreign)) })
  const after = await context.oracle.observe(jar, 'logout')
  if (after.state !== 'signed-in') return null
  return {
    jar,
    trials: presses.map(({ foreign, ...sent }) => ({ by: nameOf(foreign), ...sent, after })),
    ownPage: own === null ? null : { exchange: own, after },
    controls: [expectState(BEFORE, 'signed-in', seen), expectState(HARMLESS, 'signed-in', after)],
  }
}

/** The same in another session, with a look after each press: which of them is it that ends it? */
async function oneByOne(context: ProbeContext, url: URL): Promise<Pressed> {
  const session = await newSession(context)
  if (session === null) throw new ProbeError('signing in again did not work')
  const { jar, seen } = session
  const harmless = await pressed(context, jar, context.start, elsewhere('document'))
  const controls = [
    expectState(BEFORE, 'signed-in', seen),
    expectState(HARMLESS, 'signed-in', harmless.after),
  ]
  const trials: Trial[] = []
  let alive = true
  for (const foreign of FOREIGNS) {
    if (!alive || !canEnd(context, jar, url, foreign)) continue
    // A request that left no trace may never have come to the site: it is made once more.
    for (let attempt = 0; alive && attempt < PRESSES; attempt += 1) {
      const trial = await pressed(context, jar, url, foreign)
      trials.push({ by: nameOf(foreign), ...trial })
      alive = trial.after.state === 'signed-in'
    }
  }
  const ownPage = alive && jar.token === null ? await fromOwnPage(context, jar, url) : null
  return { jar, trials, ownPage, controls }
}

const BEFORE = 'the browser before'
const HARMLESS = 'the browser after another page was opened in the same way'
const FOREIGNS = [elsewhere('image'), elsewhere('document')]

function nameOf({ destination }: Foreign): Trial['by'] {
  return destination === 'image' ? 'image' : 'link'
}

/** An image that nothing goes along with can end nothing. */
function canEnd(context: ProbeContext, jar: BrowserJar, url: URL, foreign: Foreign): boolean {
  return foreign.destination !== 'image' || carriersOf(context, jar, url, foreign).length > 0
}

/** That the way out is one: as another browser has shown, else as this one shows now. */
async function ownLogout(context: ProbeContext, jar: BrowserJar, control: LogoutControl): Promise<Control> {
  const shown = proven(context, control)
  if (isPressed(context, control)) {
    if (control.found.endsWith(PRESSED)) await context.signIn.leave?.(jar, context.start)
    else await use(context, jar, control)
  }
  return shown
    ? expectState('another browser after its logout by the same way', 'anonymous', shown)
    : expectState(
        'the browser after its own logout',
        'anonymous',
        await context.oracle.observe(jar, 'logout'),
      )
}

/** Whether the way out is to be used, to show that it is one or to make room. */
function isPressed(context: ProbeContext, control: LogoutControl): boolean {
  return proven(context, control) === null || takesAPlace(context)
}

/** What the browser was that logged out by this control in the logout's own trial; null where it did not. */
function proven(context: ProbeContext, control: LogoutControl): Observation | null {
  const { logout } = context.gathered
  if (logout?.status !== 'gathered' || !isTheOneUsed(context, control)) return null
  return logout.value.browserAfter.state === 'anonymous' ? logout.value.browserAfter : null
}

/** Where a user may have so many sessions and no more, one that is done with is ended. */
function takesAPlace({ gathered: { concurrentSessions } }: ProbeContext): boolean {
  return concurrentSessions?.status === 'gathered' && concurrentSessions.value.refused !== null
}

/** The same control in the first session, whose address may hold another token. */
async function twinOf(context: ProbeContext, control: LogoutControl): Promise<LogoutControl | undefined> {
  const shown = likest(control, shownOnLanding(context, context.landed))
  if (shown?.url.pathname === control.url.pathname) return shown
  return likest(control, await controlsFor(context, await liveJar(context), context.landed))
}

function likest(control: LogoutControl, others: readonly LogoutControl[]): LogoutControl | undefined {
  const alike = others.filter(({ method, found }) => method === control.method && found === control.found)
  return alike.find(({ url }) => url.pathname === control.url.pathname) ?? alike[0]
}

/** What a stranger would write into a link: the address with such fields as anyone knows. */
function addressOf(mine: LogoutControl, theirs: LogoutControl): URL {
  const pairs = ({ url, body }: LogoutControl) => [...url.searchParams, ...(body?.fields ?? [])] as const
  const url = new URL(theirs.url.pathname, theirs.url)
  url.search = new URLSearchParams(
    knownToAnyone(pairs(mine), pairs(theirs)).map(([name, value]) => [name, value]),
  ).toString()
  return url
}

function carriersOf(context: ProbeContext, jar: BrowserJar, url: URL, foreign: Foreign): string[] {
  const { carriers } = context.carrier
  const names = attached(jar, url, 'GET', foreign, 'none').map(({ name }) =>
    underLabel(name, context.renamings),
  )
  return names.filter((name) => carriers.includes(name))
}

async function press(
  context: ProbeContext,
  jar: BrowserJar,
  url: URL,
  foreign: Foreign,
): Promise<Omit<Trial, 'by' | 'after'>> {
  const { http, carrier } = context
  const names = carriersOf(context, jar, url, foreign)
  const keeps = suffices(names, carrier.sets)
  const request = { url, method: 'GET', foreign, unspecified: 'none', phase: 'logout', keeps } as const
  const [first] = await sendFromElsewhere(http, jar, request)
  return { attached: names, exchange: first.exchange, status: first.status }
}

async function pressed(
  context: ProbeContext,
  jar: BrowserJar,
  url: URL,
  foreign: Foreign,
): Promise<Omit<Trial, 'by'>> {
  return { ...(await press(context, jar, url, foreign)), after: await twice(context, jar) }
}

/** One answer that looks anonymous may be a hiccup: a session that ended stays ended. */
async function twice({ oracle }: ProbeContext, jar: BrowserJar): Promise<Observation> {
  const first = await oracle.observe(jar, 'logout')
  return first.state === 'anonymous' ? await oracle.observe(jar, 'logout') : first
}

/** With every cookie, as the site's own pages send it: a prefetch, an image in what a user wrote. */
async function openOwn({ http, oracle }: ProbeContext, jar: BrowserJar, url: URL): Promise<number | null> {
  const { answers } = await visit(http, { url, phase: 'logout', jar, from: oracle.url })
  return answers[0]?.exchange ?? null
}

async function fromOwnPage(
  context: ProbeContext,
  jar: BrowserJar,
  url: URL,
): Promise<LogoutGetEvidence['ownPage']> {
  const exchange = await openOwn(context, jar, url)
  return exchange === null ? null : { exchange, after: await context.oracle.observe(jar, 'logout') }
}
