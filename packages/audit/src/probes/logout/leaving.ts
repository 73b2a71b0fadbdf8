import { fillForm } from '../../login/form/fill-form.ts'
import { csrfHeaders } from '../../login/json.ts'
import { sendsByScript } from '../../login/sign-in.ts'
import { below } from '../../login/usual-paths.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import { pageOf, type Visit, visit } from '../../network/pages/navigate.ts'
import { readUrl } from '../../options/url.ts'
import type { ProbeContext } from '../context.ts'
import { findLogoutControls, formLeadingTo, type LogoutControl } from './logout-control.ts'

/** Where sites usually end a session; asked for only when no page offers a way out. */
const USUAL_PATHS = ['/logout', '/signout', '/api/logout', '/auth/logout']
const MOST_CONTROLS = 3

/** The ways out that the pages of this browser offer, the surest first; else the usual addresses. */
export async function controlsFor(
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
  return below(USUAL_PATHS, start).flatMap((url) => bare(url, oracle.url, 'a usual address'))
}

/** Both ways to call an address of which nothing is known. */
function bare(url: URL, from: URL, found: string): LogoutControl[] {
  return [
    { url, method: 'GET', from, found, rank: 0 },
    { url, method: 'POST', from, found, rank: 0 },
  ]
}

/** Uses a control as a browser would, a confirmation page included. False when nothing is there. */
export async function use(
  { http, signIn }: ProbeContext,
  jar: BrowserJar,
  control: LogoutControl,
): Promise<boolean> {
  const script = sendsByScript(signIn) && control.body === undefined && control.method === 'POST'
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
  if (visited.final.status < 400) jar.token = null
  const [form, ...more] = visited.page.forms.filter((candidate) => candidate.method === 'POST')
  const confirms =
    form !== undefined && more.length === 0 && !form.fields.some(({ type }) => type === 'password')
  if (confirms && method === 'GET' && first.location === null) {
    await visit(http, { ...fillForm(form, visited.final.url, new Map()), phase: 'logout', jar })
  }
  return true
}
