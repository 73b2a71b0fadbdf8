import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { saysSignOut } from '../words.ts'
import { fillForm } from './fill-form.ts'

/** Fields of SAML's POST binding, of WS-Federation and of OpenID Connect's form_post. */
const HANDED = /^(?:SAMLRequest|SAMLResponse|wresult|id_token|code)$/i
const MOST_FORMS = 5

/** Goes on as long as a page of the login is nothing but a form that its script sends. */
export async function followForms(http: Http, jar: BrowserJar, landed: Visit): Promise<Visit> {
  let here = landed
  for (let step = 0; step < MOST_FORMS && here.leftTo === null; step += 1) {
    const form = selfSending(here.page)
    if (form === null) break
    for (const { name, value } of form.fields) http.secrets.add(name, value)
    const submission = fillForm(form, here.final.url, new Map(), null)
    if (!http.allows(submission.url, 'login')) return { ...here, leftTo: submission.url }
    const next = await visit(http, { ...submission, phase: 'login', jar })
    here = { ...next, answers: [...here.answers, ...next.answers] }
  }
  return here
}

/** The form of a page that has nothing to fill in and that its script sends at once. */
export function selfSending({ forms, links, loosePassword, scripts }: Page): Form | null {
  const [form, ...more] = forms
  if (form === undefined || more.length > 0 || loosePassword) return null
  const nothingToFill = form.fields.length > 0 && form.fields.every(({ type }) => type === 'hidden')
  if (!nothingToFill || saysSignOut(`${form.action.pathname} ${form.text}`)) return null
  if (form.method === 'POST' && form.fields.some(({ name }) => HANDED.test(name))) return form
  const isSent = /\.submit\(\s*\)|\.click\(\s*\)/.test(`${scripts.text}\n${scripts.handlers}`)
  return isSent && links.length === 0 ? form : null
}
