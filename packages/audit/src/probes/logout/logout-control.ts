import { fillForm, type Submission } from '../../login/form/fill-form.ts'
import { saysElsewhere, saysSignOut } from '../../login/words.ts'
import type { Http } from '../../network/http.ts'
import type { Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'

/** Something on a page that should end the session. */
export interface LogoutControl extends Submission {
  /** How it was found, in words. */
  readonly found: string
  readonly rank: number
}

/** Controls that look like signing out, the surest first. Forms before links, as those change something. */
export function findLogoutControls(page: Page, http: Http): LogoutControl[] {
  const controls = [...page.forms.flatMap((form) => fromForm(form, page)), ...fromLinks(page)]
  return controls.filter(({ url }) => http.allows(url)).sort((a, b) => b.rank - a.rank)
}

/** The form on a page that leads to the address the user named. */
export function formLeadingTo(page: Page, url: URL): LogoutControl | null {
  for (const form of page.forms) {
    const submission = fillForm(form, page.url, new Map())
    if (submission.url.pathname === url.pathname) {
      return { ...submission, found: `the form that leads to ${url.pathname}`, rank: 0 }
    }
  }
  return null
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
    .map(({ url, text, method, csrf }) => {
      const rank = 15 + (saysElsewhere(`${text} ${url.pathname}`) ? -30 : 0) + (saysSignOut(text) ? 2 : 0)
      const found = `a link on ${page.url.pathname}`
      if (method === 'GET') return { url, method, from: page.url, found, rank }
      const fields: [string, string][] = [['_method', method.toLowerCase()]]
      const token = csrf ?? page.csrf
      if (token) fields.push([token.param, token.token])
      return {
        url,
        method: 'POST',
        from: page.url,
        found,
        rank,
        body: { type: 'urlencoded' as const, fields },
      }
    })
}
