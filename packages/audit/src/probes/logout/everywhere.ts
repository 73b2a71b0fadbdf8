import { fillForm } from '../../login/form/fill-form.ts'
import { saysSignOutEverywhere } from '../../login/words.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Page } from '../../network/pages/html.ts'
import { pageOf, visit } from '../../network/pages/navigate.ts'
import { readRequest, textsOf } from '../../options/request.ts'
import { readUrl } from '../../options/url.ts'
import type { ProbeContext } from '../context.ts'
import { requested } from './addresses.ts'
import { controlLeadingTo, type LogoutControl } from './logout-control.ts'
import { scriptRequest } from './script-request.ts'

/** A page, asked for again in another browser, has the control with what belongs to that one. */
export type Everywhere = (jar: BrowserJar) => Promise<LogoutControl | null>

/** How all sessions of the user are ended: as the user named it, else as a page that was seen signed in shows it. */
export function everywhere(context: ProbeContext): Everywhere | null {
  const { options, http, start, oracle } = context
  const pageFor = async (jar: BrowserJar, url: URL): Promise<Page> =>
    (await visit(http, { url, phase: 'signed-in', jar })).page
  if (options.logoutEverywhereRequest !== undefined) {
    const request = readRequest(options.logoutEverywhereRequest, '--logout-everywhere-request', start)
    for (const [name, value] of textsOf(request)) http.secrets.add(name, value)
    return async (jar) => requested({ http, jar, page: await pageFor(jar, oracle.url) }, request)[0] ?? null
  }
  if (options.logoutEverywhereUrl !== undefined) {
    const url = readUrl(options.logoutEverywhereUrl, '--logout-everywhere-url', start)
    return async (jar) => {
      const page = await pageFor(jar, oracle.url)
      const about = { url, method: 'POST', found: 'named by the user', rank: 0 }
      return controlLeadingTo(page, url) ?? scriptRequest({ http, jar, page }, about)
    }
  }
  const shown = http.answers
    .filter(
      ({ phase, method, status }) =>
        /^(?:login|signed-in)$/.test(phase) && method === 'GET' && status === 200,
    )
    .map(pageOf)
    .find((page) => controlOn(page, context) !== null)
  return shown ? async (jar) => controlOn(await pageFor(jar, shown.url), context) : null
}

/** A button that says so, of a form that asks for nothing. */
function controlOn(page: Page, { http }: Pick<ProbeContext, 'http'>): LogoutControl | null {
  for (const form of page.forms) {
    if (form.method !== 'POST' || form.fields.some(({ type }) => type !== 'hidden')) continue
    for (const button of form.buttons) {
      const submission = fillForm(form, page.url, new Map(), button)
      if (!saysSignOutEverywhere(button.text) || !http.allows(submission.url)) continue
      return { ...submission, found: `a form on ${page.url.pathname}`, rank: 0 }
    }
  }
  return null
}
