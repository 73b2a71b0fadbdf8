import type { RequestBody } from '../../network/body.ts'
import type { Button, Field, Form } from '../../network/pages/form.ts'
import type { HttpRequest } from '../../network/request.ts'
import { urlencoded } from '../../network/text/charset.ts'

const REMEMBER =
  /remember|keep.{0,12}(?:signed|logged)|stay.{0,12}(?:signed|logged)|persist|angemeldet|souvenir|recu[eé]rda|ricorda|onthoud|lembrar|blijf|запомн/i

/** A request ready to be sent, but for its jar and phase. */
export type Submission = Pick<HttpRequest, 'url' | 'method' | 'body' | 'from'>

/**
 * What a browser sends for a form after the user typed `typed` and pressed `button`: every successful control
 * in order, with its default value (HTML, 4.10.22.4). A "remember me" box is ticked only if `remember`. What is `added`
 * is in no control: a script would add it.
 */
export function fillForm(
  form: Form,
  from: URL,
  typed: ReadonlyMap<Field, string>,
  button: Button | null = form.buttons[0] ?? null,
  remember = false,
  added: readonly (readonly [name: string, value: string])[] = [],
): Submission {
  const fields = form.fields
    .filter((field) => typed.has(field) || (isSuccessful(field, remember) && !isReplaced(field, typed)))
    .map((field): [string, string] => [
      field.name,
      typed.get(field) ?? button?.fills[field.name] ?? field.value,
    ])
  for (const [name, value] of [...(button?.sends ?? []), ...added]) fields.push([name, value])
  const action =
    button?.action && URL.canParse(button.action, from) ? new URL(button.action, from) : form.action
  const method = (button?.method?.toUpperCase() ?? form.method) === 'POST' ? 'POST' : 'GET'
  const url = new URL(action.href)
  url.hash = ''
  if (method === 'GET') {
    url.search = urlencoded(fields, form.charset)
    return { url, method, from }
  }
  const multipart = (button?.enctype ?? form.enctype).toLowerCase() === 'multipart/form-data'
  const body: RequestBody = { type: multipart ? 'multipart' : 'urlencoded', fields, charset: form.charset }
  return { url, method, from, body }
}

/** Of radio buttons of one name only one is pressed. */
function isReplaced({ type, name }: Field, typed: ReadonlyMap<Field, string>): boolean {
  return type === 'radio' && [...typed.keys()].some((field) => field.type === 'radio' && field.name === name)
}

/** Whether a form offers to be remembered. */
export function offersRemember({ fields }: Form): boolean {
  return fields.some((field) => field.type === 'checkbox' && !field.disabled && asksRemember(field))
}

export function asksRemember(field: Pick<Field, 'name' | 'hint'>): boolean {
  return REMEMBER.test(`${field.name} ${field.hint}`)
}

function isSuccessful(field: Field, remember: boolean): boolean {
  if (field.disabled || field.name === '' || field.type === 'file') return false
  if (field.type === 'radio') return field.checked
  if (field.type === 'checkbox') return asksRemember(field) ? remember : field.checked
  return true
}
