import type { Field, Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import type { Asked } from './kinds.ts'
import { blanks, isBare, ownForms } from './page.ts'
import { CODE, CODE_NAME, OTHER_CODE, SPARE_CODE } from './words.ts'

/** Boxes for one digit each, as some pages have them. */
const FEWEST_DIGITS = 4
const MOST_DIGITS = 10

/** A form with one field for a code, and no other to write into. */
export function askedForCode(page: Page): Asked | null {
  const own = ownForms(page)
  const forms = page.forms.filter(
    (form) => blanks(form).length > 0 && (own.includes(form) || asksByAddress(form)),
  )
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

/** A form that is sent in the address is a search, unless its only field says that it is for a code. */
function asksByAddress(form: Form): boolean {
  const [field, ...more] = blanks(form)
  return field !== undefined && more.length === 0 && isCodeField(field)
}

/** Whether a field says by itself that it is for a one-time code. */
export function isCodeField(field: Field): boolean {
  const own = wordsOf(field)
  return isMarked(field) || (CODE.test(own) && !OTHER_CODE.test(own) && !SPARE_CODE.test(own))
}

/** Whether a field may be for one: it is called a code, or stands where one is spoken of. */
export function mayBeCodeField(field: Field, about = ''): boolean {
  const own = wordsOf(field)
  if (isMarked(field)) return true
  if (SPARE_CODE.test(own) || OTHER_CODE.test(own)) return false
  return saysCode(own) || CODE.test(about) || (saysCode(about) && !OTHER_CODE.test(about))
}

export function saysCode(text: string): boolean {
  return CODE.test(text) || CODE_NAME.test(text) || /\bverif|\bauthenticat/i.test(text)
}

export function isMarked({ autocomplete }: Field): boolean {
  return /\bone-time-code\b/.test(autocomplete)
}

function wordsOf({ name, hint }: Field): string {
  return `${name} ${hint}`.replace(/(\p{Ll})(\p{Lu}|\d)/gu, '$1 $2').replace(/_/g, ' ')
}

function isForCode(field: Field, about: string): boolean {
  if (isMarked(field)) return true
  const own = wordsOf(field)
  if (OTHER_CODE.test(own) || field.type === 'email' || field.type === 'textarea') return false
  if (CODE.test(own)) return true
  const isShort = field.maxLength !== null && field.maxLength <= MOST_DIGITS
  const isDigits = /\\d|\[0-9\]/.test(field.pattern ?? '') || /^(?:tel|number)$/.test(field.type)
  return CODE_NAME.test(own)
    ? CODE.test(about) || !OTHER_CODE.test(about)
    : (isShort || isDigits) && CODE.test(about)
}
