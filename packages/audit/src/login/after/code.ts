import type { Field } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import type { Asked } from './kinds.ts'
import { blanks, isBare, ownForms } from './page.ts'
import { CODE, CODE_NAME, OTHER_CODE } from './words.ts'

/** Boxes for one digit each, as some pages have them. */
const FEWEST_DIGITS = 4
const MOST_DIGITS = 10

/** A form with one field for a code, and no other to write into. */
export function askedForCode(page: Page): Asked | null {
  const forms = ownForms(page).filter((form) => blanks(form).length > 0)
  const [form] = forms
  if (form === undefined || forms.length > 1) return null
  const fields = blanks(form)
  const button = form.buttons[0] ?? null
  const asked: Asked = {
    kind: 'one-time-code',
    url: page.url,
    form,
    button,
    fields,
    isCertain: isBare(page),
    confirm: null,
  }
  const digits = fields.filter(({ maxLength }) => maxLength === 1)
  const about = `${page.text} ${form.text} ${page.url.pathname}`
  if (digits.length === fields.length && digits.length >= FEWEST_DIGITS && digits.length <= MOST_DIGITS) {
    return CODE.test(about) ? asked : null
  }
  const [field, ...more] = fields
  if (field === undefined || more.length > 0) return null
  return isForCode(field, about) ? asked : null
}

function isForCode(field: Field, about: string): boolean {
  if (/one-time-code/.test(field.autocomplete)) return true
  const own = `${field.name} ${field.hint}`.replace(/(\p{Ll})(\p{Lu}|\d)/gu, '$1 $2')
  if (OTHER_CODE.test(own) || field.type === 'email' || field.type === 'textarea') return false
  if (CODE.test(own)) return true
  const isShort = field.maxLength !== null && field.maxLength <= MOST_DIGITS
  const isDigits = /\\d|\[0-9\]/.test(field.pattern ?? '') || /^(?:tel|number)$/.test(field.type)
  return CODE_NAME.test(own)
    ? CODE.test(about) || !OTHER_CODE.test(about)
    : (isShort || isDigits) && CODE.test(about)
}
