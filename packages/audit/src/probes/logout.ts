import {
  carrierValues,
  isRemembered,
  type ProbeContext,
  ProbeError,
  replay,
  signInAgain,
} from '../context.ts'
import { AuditError } from '../errors.ts'
import type { Control, LogoutEvidence, Observation } from '../evidence.ts'
import { BrowserJar, pick } from '../jar.ts'
import { fillForm } from '../login/fill-form.ts'
import { csrfHeaders } from '../login/json.ts'
import { pageOf, type Visit, visit } from '../navigate.ts'
import { readUrl } from '../target.ts'
import { findLogoutControls, formLeadingTo, type LogoutControl } from './logout-control.ts'

/** Where sites usually end a session; asked for only when no page offers a way out. */
const USUAL_PATHS = ['/logout', '/signout', '/api/logout', '/auth/logout']
const MOST_CONTROLS = 3
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
    ],
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
  let last: { control: LogoutControl; after: Observation } | null = null
  for (const control of await controlsFor(context, jar, landed)) {
    if (!(await use(context, jar, control))) continue
    const after = await context.oracle.observe(jar, 'logout')
    last = { control, after }
    if (after.state === 'anonymous') break
  }
  if (last === null) throw new ProbeError('no way to log out was found; name it with --logout-url')
  return last
}

async function controlsFor(
  context: ProbeContext,
  jar: BrowserJar,
  landed: Visit | null,
): Promise<LogoutControl[]> {
  const { http, options, oracle, start } = context
  const visits = landed ? [landed] : []
  const pages = visits.flatMap(({ answers }) => answers).map(pageOf)
  const opened = new Set(landed ? [landed.final.url.href] : [])
  for (const url of [oracle.url, start]) {
    if (opened.has(url.href)) continue
    opened.add(url.href)
    pages.push((await visit(http, { url, phase: 'logout', jar })).page)
  }
  if (options.logoutUrl !== undefined) {
    const url = readUrl(options.logoutUrl, '--logout-url', start)
    const form = pages.map((page) => formLeadingTo(page, url)).find((found) => found !== null)
    return form ? [form] : bare(url, oracle.url, 'named by the user')
  }
  const found = pages.flatMap((page) => findLogoutControls(page, http)).sort((a, b) => b.rank - a.rank)
  const unique = new Map(found.map((control) => [`${control.method} ${control.url.href}`, control]))
  if (unique.size > 0) return [...unique.values()].slice(0, MOST_CONTROLS)
  return USUAL_PATHS.flatMap((path) => bare(new URL(path, start), oracle.url, 'a usual address'))
}

/** Both ways to call an address of which nothing is known. */
function bare(url: URL, from: URL, found: string): LogoutControl[] {
  return [
    { url, method: 'GET', from, found, rank: 0 },
    { url, method: 'POST', from, found, rank: 0 },
  ]
}

/** Uses a control as a browser would, a confirmation page included. False when nothing is there. */
async function use(
  { http, signIn }: ProbeContext,
  jar: BrowserJar,
  control: LogoutControl,
): Promise<boolean> {
  const script = signIn.evidence.method === 'json' && control.body === undefined && control.method === 'POST'
  const { url, method, from, body } = control
  const request = {
    url,
    phase: 'logout' as const,
    jar,
    ...(method === undefined ? {} : { method }),
    ...(from === undefined ? {} : { from }),
    ...(body === undefined ? {} : { body }),
    ...(script ? { script, headers: csrfHeaders(jar, url) } : {}),
  }
  const visited = await visit(http, request)
  const [first] = visited.answers
  if (first === undefined || first.status === 404 || first.status === 405) return false
  // The page's script drops its token; there is no cookie to remove.
  if (visited.final.status < 400) jar.bearer = null
  const [form, ...more] = visited.page.forms.filter((candidate) => candidate.method === 'POST')
  const confirms =
    form !== undefined && more.length === 0 && !form.fields.some(({ type }) => type === 'password')
  if (confirms && method === 'GET' && first.location === null) {
    await visit(http, { ...fillForm(form, visited.final.url, new Map()), phase: 'logout', jar })
  }
  return true
}

function check(name: string, expected: Observation['state'], seen: Observation): Control {
  return { name, expected, seen: seen.state, held: seen.state === expected }
}
