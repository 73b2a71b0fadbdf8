import { fillForm } from '../../login/form/fill-form.ts'
import { saysDanger } from '../../login/words.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Field, Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import { visit } from '../../network/pages/navigate.ts'
import type { NamedRequest } from '../../options/request.ts'
import type { ProbeContext } from '../context.ts'

const MOST_PAGES = 4

/** The request with what the form on its page would send besides: a token of this visitor, hidden fields. */
export function asFormOf({ forms }: Page, request: NamedRequest): NamedRequest {
  const { url, method, body } = request
  const form = forms.find((each) => each.method === method && each.action.pathname === url.pathname)
  if (form === undefined || body === null || body.type === 'json') return request
  const { body: usual } = fillForm(form, url, new Map())
  const named = body.fields.map(([name]) => name)
  const rest = (usual?.fields ?? []).filter(([name]) => !named.includes(name))
  return { url, method, body: { ...(usual ?? body), fields: [...rest, ...body.fields] } }
}

/** Forms on pages beside the login that take one text, the user's name, and no password; filled in. */
export async function nameForms(context: ProbeContext, jar: BrowserJar): Promise<NamedRequest[]> {
  const { http, signIn, start, oracle, options } = context
  const known = [signIn.entry, signIn.action, start, oracle.url].map(({ pathname }) => pathname)
  const entry = await visit(http, { url: signIn.entry, phase: 'anonymous', jar })
  const links = entry.page.links.filter(
    ({ url, method, text }) =>
      method === 'GET' &&
      http.allows(url) &&
      !known.includes(url.pathname) &&
      !saysDanger(`${url.pathname}${url.search} ${text}`),
  )
  const once = [...new Map(links.map(({ url }) => [url.pathname, url])).values()].slice(0, MOST_PAGES)
  const requests: NamedRequest[] = []
  for (const url of once) {
    const { page, final } = await visit(http, { url, phase: 'anonymous', jar })
    for (const form of page.forms) {
      const field = nameField(form)
      if (field === null || !http.allows(form.action)) continue
      const filled = fillForm(form, final.url, new Map([[field, options.username ?? '']]))
      requests.push({ url: filled.url, method: 'POST', body: filled.body ?? null })
    }
  }
  return requests
}

/** The only field a person types into, of a form that is sent by POST and is no search. */
function nameField({ fields, method }: Form): Field | null {
  const typed = fields.filter(({ type, isUnseen, disabled }) => TYPED.test(type) && !isUnseen && !disabled)
  const [field] = typed
  return method === 'POST' && typed.length === 1 && field && field.type !== 'password' ? field : null
}

const TYPED = /^(?:text|email|tel|password|textarea|number)$/
