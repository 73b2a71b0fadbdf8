import { fillForm, type Submission } from '../../login/form/fill-form.ts'
import { saysElsewhere, saysSignOut } from '../../login/words.ts'
import type { Http } from '../../network/http.ts'
import type { Form } from '../../network/pages/form.ts'
import type { Link, Page } from '../../network/pages/html.ts'

/** Something on a page that should end the session. */
export interface LogoutControl extends Submission {
  /** How it was found, in words. */
  readonly found: string
  readonly rank: number
  /** A script asks for it, so that its answer is for a script. */
  readonly script?: boolean
  readonly headers?: Readonly<Record<string, string>>
  /** Nothing but custom says that it is there. */
  readonly isGuess?: boolean
}

/** Controls that look like signing out, the surest first. Forms before links, as those change something. */
export function findLogoutControls(page: Page, http: Http): LogoutControl[] {
  const controls = [...page.forms.flatMap((form) => fromForm(form, page)), ...fromLinks(page)]
  return controls.filter(({ url }) => http.allows(url)).sort((a, b) => b.rank - a.rank)
}

/** The form on a page, else the link, that leads to the address the user named, with what it sends along. */
export function controlLeadingTo(page: Page, url: URL): LogoutControl | null {
  const leads = ({ pathname }: URL) => pathname === url.pathname
  for (const form of page.forms) {
    const submission = fillForm(form, page.url, new Map())
    if (leads(submission.url)) {
      return { ...submission, found: `the form that leads to ${url.pathname}`, rank: 0 }
    }
  }
  const link = page.links.find((each) => leads(each.url))
  return link ? { ...fromLink(link, page), found: `the link that leads to ${url.pathname}` } : null
}

function fromForm(form: Form, page: Page): LogoutControl[] {
  const buttons = form.buttons.length > 0 ? form.buttons : [null]
  return buttons.flatMap((button) => {
    const words = button?.text ?? ''
    const submission = fillForm(form, page.url, new Map(), button)
    const path = submission.url.pathname
    const values = button?.sends.flat().join(' ') ?? ''
    const fields = form.fields
      .filter(({ type }) => type === 'hidden')
      .map(({ name, value }) => `${name} ${value}`)
    const asks = form.fields.some(({ type }) => type === 'password')
    if (asks || !(saysSignOut(words) || saysSignOut(path) || saysSignOut(values) || fields.some(saysSignOut)))
      return []
    const post = submission.method === 'POST' ? 10 : 0
    const elsewhere = saysElsewhere(`${words} ${path} ${fields.join(' ')}`) ? -30 : 0
    const rank = 20 + post + elsewhere + (saysSignOut(path) ? 5 : 0) + (saysSignOut(words) ? 5 : 0)
    return [{ ...submission, found: `a form on ${page.url.pathname}`, rank }]
  })
}

function fromLinks(page: Page): LogoutControl[] {
  return page.links
    .filter(({ url, text }) => saysSignOut(text) || saysSignOut(`${url.pathname} ${url.search}`))
    .map((link) => fromLink(link, page))
}

function fromLink({ url, text, method, csrf }: Link, page: Page): LogoutControl {
  const rank = 15 + (saysElsewhere(`${text} ${url.pathname}`) ? -30 : 0) + (saysSignOut(text) ? 2 : 0)
  const about = { url, from: page.url, found: `a link on ${page.url.pathname}`, rank }
  if (method === 'GET') return { ...about, method }
  const fields: [string, string][] = [['_method', method.toLowerCase()]]
  const token = csrf ?? page.csrf
  if (token) fields.push([token.param, token.token])
  return { ...about, method: 'POST', body: { type: 'urlencoded', fields } }
}
