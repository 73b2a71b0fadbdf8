import type { Page } from '../../network/pages/html.ts'

/** What proves to a site that a request comes from its own page. */
export interface PageToken {
  readonly name: string
  readonly value: string
}

const FIELD = /csrf|xsrf|authenticity|verification_?token|sesskey|form_?key|security_?token|^_*token$/i
const VARIABLE =
  /\b(\w*(?:csrf|xsrf)\w*|request_?token|sesskey|form_?key|token)["']?\s*[:=]\s*["']([\w+/=.-]{8,200})["']/gi

/** The token that a page's script would send: of its meta element, of a hidden field of any form, of the script itself. */
export function tokenOf({ csrf, forms, scripts }: Page): PageToken | null {
  if (csrf) return { name: csrf.param, value: csrf.token }
  const fields = forms.flatMap((form) => form.fields)
  const field = fields.find(
    ({ type, name, value }) => type === 'hidden' && FIELD.test(name) && value.length >= 8,
  )
  if (field) return { name: field.name, value: field.value }
  const said = [...scripts.text.matchAll(VARIABLE)].map(([, name = '', value = '']) => ({ name, value }))
  return said.find(({ name }) => /csrf|xsrf/i.test(name)) ?? said[0] ?? null
}
