import type { Control, LogoutGetEvidence, Observation } from '../../evidence/evidence.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import { attached, elsewhere, sendFromElsewhere, suffices } from '../../network/cross-site/cross-site.ts'
import type { Foreign } from '../../network/cross-site/foreign.ts'
import { visit } from '../../network/pages/navigate.ts'
import { ProbeError } from '../../options/errors.ts'
import { underLabel } from '../carrier/renamed.ts'
import { liveJar, type ProbeContext, replay, signInAgain } from '../context.ts'
import { knownToAnyone } from '../cross-site-request/known-fields.ts'
import { controlsFor, use } from './leaving.ts'
import { noWayOut, PRESSED } from './logout.ts'
import type { LogoutControl } from './logout-control.ts'

type Trial = LogoutGetEvidence['trials'][number]

const PRESSES = 2

/**
 * Whether a plain GET of the logout's address, as any site can make a browser send it, ends the session: by an
 * image, where a browser would add the cookie to one, and by a link. Somebody else's session says which address
 * that is, so that what only this session's pages know is left out.
 */
export async function probeLogoutGet(context: ProbeContext): Promise<LogoutGetEvidence> {
  const { http, oracle, start } = context
  const theirs = await controlsFor(context, await liveJar(context), context.landed)
  const { jar, landed } = await signInAgain(context)
  const before = await oracle.observe(jar, 'signed-in')
  if (before.state !== 'signed-in') throw new ProbeError('signing in again did not work')
  const mine = await controlsFor(context, jar, landed)
  const byHand = pressedInBrowser(context)
  const control = byHand ?? surest(context, mine)
  const twin = byHand ?? (control && twinOf(control, theirs))
  if (!control || !twin) throw new ProbeError(noWayOut([]))

  const url = addressOf(control, twin)
  const harmless = await pressed(context, jar, start, elsewhere('document'))
  const trials: Trial[] = []
  const controls = [
    check('the browser before', 'signed-in', before),
    check('the browser after another page was opened in the same way', 'signed-in', harmless.after),
  ]
  let alive = true
  for (const foreign of [elsewhere('image'), elsewhere('document')]) {
    const image = foreign.destination === 'image'
    // An image that nothing goes along with can end nothing.
    if (!alive || (image && carriersOf(context, jar, url, foreign).length === 0)) continue
    // A request that left no trace may never have come to the site: it is made once more.
    for (let attempt = 0; alive && attempt < PRESSES; attempt += 1) {
      const trial = await pressed(context, jar, url, foreign)
      trials.push({ by: image ? 'image' : 'link', ...trial })
      alive = trial.after.state === 'signed-in'
    }
  }
  const ownPage = alive && jar.token === null ? await fromOwnPage(context, jar, url) : null
  if (alive && ownPage?.after.state !== 'anonymous') {
    await (byHand ? context.signIn.leave?.(jar, start) : use(context, jar, control))
    controls.push(check('the browser after its own logout', 'anonymous', await oracle.observe(jar, 'logout')))
  }
  controls.push(check('no cookies', 'anonymous', await replay(context, [])))
  return { url: http.secrets.redactUrl(url.href), found: control.found, trials, ownPage, controls }
}

/** What the page's own control asked for, where that alone did it. */
function pressedInBrowser({ gathered, start, signIn }: ProbeContext): LogoutControl | null {
  const worked = gathered.logout?.status === 'gathered' ? gathered.logout.value.how : null
  if (!signIn.leave || !worked?.found.endsWith(PRESSED)) return null
  const { method, url, found } = worked
  return { method, url: new URL(url), found, rank: 0, from: start }
}

/** The control that the logout was proved to work by, else the one that looks most like it. */
function surest({ gathered, http }: ProbeContext, controls: readonly LogoutControl[]): LogoutControl | null {
  const worked = gathered.logout?.status === 'gathered' ? gathered.logout.value.how : null
  const address = (href: string) => href.split('?')[0]
  const same = controls.find(
    ({ method = 'GET', url }) =>
      method === worked?.method && address(http.secrets.redactUrl(url.href)) === address(worked.url),
  )
  return same ?? controls[0] ?? null
}

/** The same control in another session, whose address may hold another token. */
function twinOf(control: LogoutControl, others: readonly LogoutControl[]): LogoutControl | undefined {
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

async function pressed(
  context: ProbeContext,
  jar: BrowserJar,
  url: URL,
  foreign: Foreign,
): Promise<Omit<Trial, 'by'>> {
  const { http, carrier } = context
  const names = carriersOf(context, jar, url, foreign)
  const keeps = suffices(names, carrier.sets)
  const request = { url, method: 'GET', foreign, unspecified: 'none', phase: 'logout', keeps } as const
  const [first] = await sendFromElsewhere(http, jar, request)
  const after = await twice(context, jar)
  return { attached: names, exchange: first.exchange, status: first.status, after }
}

/** One answer that looks anonymous may be a hiccup: a session that ended stays ended. */
async function twice({ oracle }: ProbeContext, jar: BrowserJar): Promise<Observation> {
  const first = await oracle.observe(jar, 'logout')
  return first.state === 'anonymous' ? await oracle.observe(jar, 'logout') : first
}

/** With every cookie, as the site's own pages send it: a prefetch, an image in what a user wrote. */
async function fromOwnPage(
  { http, oracle }: ProbeContext,
  jar: BrowserJar,
  url: URL,
): Promise<LogoutGetEvidence['ownPage']> {
  const { answers } = await visit(http, { url, phase: 'logout', jar, from: oracle.url })
  const exchange = answers[0]?.exchange
  if (exchange === undefined) return null
  return { exchange, after: await oracle.observe(jar, 'logout') }
}

function check(name: string, expected: Observation['state'], seen: Observation): Control {
  return { name, expected, seen: seen.state, held: seen.state === expected }
}
