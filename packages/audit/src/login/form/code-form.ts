import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Button, Field, Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import { askedForCode, isMarked, mayBeCodeField, saysCode } from '../after/code.ts'
import { SPARE_CODE } from '../after/words.ts'
import { saidBy } from '../said.ts'
import { fillForm } from './fill-form.ts'

/** A form that asks for a one-time code, in one field or in one for each digit. */
export interface CodeForm {
  readonly form: Form
  readonly fields: readonly Field[]
  readonly button: Button | null
}

/** The form of a page that asks for a one-time code and no password; null when there is none. */
export function findCodeForm(page: Page): CodeForm | null {
  return byItsWords(page) ?? byItsPage(page)
}

/** A page on which there is little else, whatever its form says. */
function byItsPage(page: Page): CodeForm | null {
  const asked = askedForCode(page)
  return asked?.form && asked.isCertain ? { ...asked, form: asked.form } : null
}

function byItsWords({ forms }: Page): CodeForm | null {
  const found = forms.flatMap((form) => {
    const typed = form.fields.filter(isTyped)
    const fields = codeFields(typed, form.text)
    if (fields.length === 0 || fields.length !== typed.length) return []
    return [{ form, fields, button: form.buttons.find(({ text }) => !SPARE_CODE.test(text)) ?? null }]
  })
  return found.find(({ fields }) => fields.some(isMarked)) ?? found[0] ?? null
}

/** The field of a login form that takes a code beside the password; null when there is none. */
export function codeFieldOf(form: Form, others: readonly (Field | null)[]): Field | null {
  const left = form.fields.filter((field) => isTyped(field) && !others.includes(field))
  return left.find(isMarked) ?? left.find((field) => mayBeCodeField(field)) ?? null
}

/** Answers a page that asks for a code; where the login ended is returned as it is when it asks for none. */
export async function enterCode(
  http: Http,
  landed: Visit,
  jar: BrowserJar,
  code: () => Promise<string>,
): Promise<Visit> {
  const asked = findCodeForm(landed.page)
  if (asked === null) return landed
  const { form, fields, button } = asked
  for (const { type, name, value } of form.fields) if (type === 'hidden') http.secrets.add(name, value)
  const digits = await code()
  const typed = new Map(fields.map((field, at) => [field, fields.length === 1 ? digits : (digits[at] ?? '')]))
  const submission = fillForm(form, landed.final.url, typed, button)
  const next = await visit(http, { ...submission, phase: 'login', jar })
  if (findCodeForm(next.page) !== null) {
    const said = saidBy(next.final, landed.final)
    throw new AuditError(
      'sign_in_failed',
      `${landed.final.url.pathname} did not take the one-time code${said === null ? '' : ` (it says "${said}")`}: check --totp-secret, and the clock of this machine`,
    )
  }
  return { ...next, answers: [...landed.answers, ...next.answers] }
}

function codeFields(typed: readonly Field[], about: string): readonly Field[] {
  const digits = typed.filter(({ maxLength }) => maxLength === 1)
  if (digits.length >= 6 && digits.length === typed.length)
    return saysCode(about) || digits.some(isMarked) ? digits : []
  const [field] = typed
  if (field === undefined || typed.length !== 1) return []
  return mayBeCodeField(field, about) ? [field] : []
}

function isTyped({ type, name, disabled, isUnseen }: Field): boolean {
  return /^(?:text|tel|number|password|search)$/.test(type) && name !== '' && !disabled && !isUnseen
}
