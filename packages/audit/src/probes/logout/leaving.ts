import { randomBytes } from 'node:crypto'
import { fillForm } from '../../login/form/fill-form.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import { parseJson } from '../../network/json.ts'
import type { Page } from '../../network/pages/html.ts'
import { pageOf, type Visit, visit } from '../../network/pages/navigate.ts'
import { readRequest, textsOf } from '../../options/request.ts'
import { readUrl } from '../../options/url.ts'
import type { ProbeContext } from '../context.ts'
import { named, requested, usual } from './addresses.ts'
import { controlLeadingTo, findLogoutControls, type LogoutControl } from './logout-control.ts'
import { actionControls, pressedByScript, scriptControls } from './script-controls.ts'

const MOST_CONTROLS = 3

/** The ways out that the pages of this browser offer, the surest first; else their scripts', else the usual addresses. */
export async function controlsFor(
  context: ProbeContext,
  jar: BrowserJar,
  landed: Visit | null,
): Promise<LogoutControl[]> {
  const { http, options, start, oracle } = context
  const pages = await pagesOf(context, jar, landed)
  const page = pages.find(({ url }) => url.href === oracle.url.href) ?? pages.at(-1)
  if (page === undefined) return []
  if (options.logoutRequest !== undefined) {
    const request = readRequest(options.logoutRequest, '--logout-request', start)
    for (const [name, value] of textsOf(request)) http.secrets.add(name, value)
    return requested({ http, jar, page }, request)
  }
  if (options.logoutUrl !== undefined) {
    const url = readUrl(options.logoutUrl, '--logout-url', start)
    const leading = pages.flatMap((each) => controlLeadingTo(each, url) ?? [])
    return [...leading.slice(0, 1), ...named(context, { http, jar, page }, url)]
  }
  const found = pages.flatMap((each) => [
    ...findLogoutControls(each, http),
    ...actionControls(http, jar, each),
  ])
  const shown = surest(found)
  const again = surest(pages.flatMap((each) => pressedByScript(http, jar, each, shown)))
  if (shown.length > 0) return [...shown, ...again]
  return [...(await scriptControls(http, jar, pages)), ...usual(context, { http, jar, page })]
}

/** The ways out that the pages of a login showed: while these do, no other page is opened. */
export function shownOnLanding({ http, options }: ProbeContext, landed: Visit | null): LogoutControl[] {
  if (landed === null || options.logoutUrl !== undefined || options.logoutRequest !== undefined) return []
  const found = landed.answers.map(pageOf).flatMap((page) => findLogoutControls(page, http))
  return surest(found.filter(({ rank }) => rank > 0))
}

function surest(controls: readonly LogoutControl[]): LogoutControl[] {
  const sorted = controls.toSorted((a, b) => b.rank - a.rank)
  return [
    ...new Map(
      sorted.toReversed().map((control) => [`${control.method} ${control.url.href}`, control]),
    ).values(),
  ]
    .sort((a, b) => b.rank - a.rank)
    .slice(0, MOST_CONTROLS)
}

async function pagesOf(context: ProbeContext, jar: BrowserJar, landed: Visit | null): Promise<Page[]> {
  const { http, oracle, start } = context
  const pages = landed ? landed.answers.map(pageOf) : []
  const opened = new Set(landed ? [landed.final.url.href] : [])
  for (const url of [oracle.url, start]) {
    if (opened.has(url.href)) continue
    opened.add(url.href)
    pages.push((await visit(http, { url, phase: 'logout', jar })).page)
  }
  return pages
}

/** Nothing there, or not for this method. */
const MISSING = new Set([404, 405, 501])

/** Uses a control as a browser would, a confirmation page included. False when nothing is there. */
export async function use({ http }: ProbeContext, jar: BrowserJar, control: LogoutControl): Promise<boolean> {
  const { found: _, rank: __, isGuess = false, ...sent } = control
  const visited = await visit(http, { ...sent, phase: 'logout', jar })
  const [first] = visited.answers
  if (first === undefined || MISSING.has(first.status)) return false
  const { status, location, headers } = first
  if (jar.token !== null && status < 400) {
    // A page that is there whatever is asked for, as single-page applications have it, ends nothing.
    if (location === null && /html/i.test(headers['content-type'] ?? '')) return false
    if (saysNo(first.body)) return false
    if (isGuess && (await isAnything(http, jar, sent, status))) return false
    // The page's script drops its token; there is no cookie to remove.
    jar.token = null
    jar.refresh = null
  }
  const [form, ...more] = visited.page.forms.filter((candidate) => candidate.method === 'POST')
  const confirms =
    form !== undefined && more.length === 0 && !form.fields.some(({ type }) => type === 'password')
  if (confirms && (control.method ?? 'GET') === 'GET' && location === null) {
    await visit(http, { ...fillForm(form, visited.final.url, new Map()), phase: 'logout', jar })
  }
  return true
}

/** A script's answer that tells of its failure whatever its status is. */
function saysNo(body: string): boolean {
  const { error, errors, success, ok, result } = Object(parseJson(body)) as Record<string, unknown>
  return Boolean(error ?? errors) || [success, ok, result].includes(false)
}

/** Whether an address that nobody has is answered alike. */
async function isAnything(
  http: ProbeContext['http'],
  jar: BrowserJar,
  sent: Omit<LogoutControl, 'found' | 'rank'>,
  status: number,
): Promise<boolean> {
  const url = new URL(`${sent.url.pathname}-${randomBytes(4).toString('hex')}`, sent.url)
  const answer = await http.send({ ...sent, url, phase: 'logout', jar })
  return answer.status === status
}
