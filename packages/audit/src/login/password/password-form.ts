import type { Button, Field, Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import type { AuditOptions } from '../../options/options.ts'
import {
  passwordRole,
  saysChange,
  saysDestroy,
  saysElsewhere,
  saysEndOthers,
  saysKeep,
  saysOther,
  saysPassword,
} from '../words.ts'

/** A form that changes the password, with its fields told apart. */
export interface PasswordForm {
  readonly form: Form
  /** Null for a form that does not ask for the password there is. */
  readonly current: Field | null
  readonly fresh: Field
  readonly confirm: Field | null
  readonly button: Button | null
  /** A box by which the user says what is to become of the other sessions. */
  readonly choice: SessionChoice | null
}

export interface SessionChoice {
  readonly field: Field
  /** Whether a tick ends them; else it keeps them. */
  readonly tickEnds: boolean
}

export type PasswordNames = Pick<
  AuditOptions,
  'currentPasswordField' | 'newPasswordField' | 'confirmPasswordField'
>

interface Fields {
  readonly current: Field | null
  readonly fresh: Field
  readonly confirm: Field | null
}

/**
 * The form on a page that changes the signed-in user's own password; null when none surely does. What is
 * unclear is left alone: pressing the wrong button may create a user or delete one.
 */
export function findPasswordForm(page: Page, names: PasswordNames = {}): PasswordForm | null {
  const found = page.forms.flatMap((form) => {
    const fields = tellApart(
      form.fields.filter((field) => isPassword(field, names)),
      names,
    )
    const button = chooseButton(form)
    if (fields === null || methodOf(form, button) !== 'POST') return []
    const points = score(form, page, fields, button, names)
    return points === null ? [] : [{ form, ...fields, button, choice: findChoice(form), points }]
  })
  return found.sort((a, b) => b.points - a.points)[0] ?? null
}

/** Whether a browser would let this value be typed there (HTML, 4.10.21.4). */
export function accepts({ minLength, maxLength, pattern }: Field, value: string): boolean {
  if (value.length < (minLength ?? 0) || value.length > (maxLength ?? value.length)) return false
  try {
    return pattern === null || pattern === '' || new RegExp(`^(?:${pattern})$`, 'v').test(value)
  } catch {
    return true
  }
}

/** The form as it is sent when the user takes the choice that ends the other sessions. */
export function endingOthers(form: Form, { field, tickEnds }: SessionChoice): Form {
  const fields = form.fields.map((each) => (each === field ? { ...each, checked: tickEnds } : each))
  return { ...form, fields }
}

/** Which field is which; null when that is a guess. */
function tellApart(fields: readonly Field[], names: PasswordNames): Fields | null {
  if (fields.length > 3) return null
  const roles = fields.map((field) => roleOf(field, names))
  // Two that repeat, and nothing that they repeat: the first is new.
  if (!roles.includes('new') && roles.indexOf('confirm') !== roles.lastIndexOf('confirm')) {
    roles[roles.indexOf('confirm')] = 'new'
  }
  const pick = (role: Role): Field | null => fields[roles.indexOf(role)] ?? null
  // Two that are both new: the second repeats the first.
  const twice = roles.indexOf('new', roles.indexOf('new') + 1)
  if (pick('confirm') === null && roles.includes('new') && twice > 0) roles[twice] = 'confirm'
  const left = fields.filter((_, at) => roles[at] === null)
  const take = (role: Role): Field | null => pick(role) ?? left.shift() ?? null

  if (pick('new') === null && pick('current') === null && pick('confirm') === null && left.length !== 3)
    return null
  const wantsCurrent = pick('current') !== null || left.length > (pick('new') ? 0 : 1) || left.length === 3
  const current = wantsCurrent ? take('current') : null
  const fresh = take('new')
  const confirm = take('confirm')
  return fresh === null || left.length > 0 ? null : { current, fresh, confirm }
}

type Role = 'current' | 'new' | 'confirm'

function roleOf(field: Field, names: PasswordNames): Role | null {
  if (field.name === names.currentPasswordField) return 'current'
  if (field.name === names.newPasswordField) return 'new'
  if (field.name === names.confirmPasswordField) return 'confirm'
  const byName = passwordRole(field.name)
  if (byName !== null) return byName
  if (/current-password/.test(field.autocomplete)) return 'current'
  const byHint = passwordRole(field.hint)
  if (/new-password/.test(field.autocomplete)) return byHint === 'confirm' ? 'confirm' : 'new'
  return byHint
}

/** Null for a form that is, or may be, about something else. */
function score(
  form: Form,
  page: Page,
  { current, fresh, confirm }: Fields,
  button: Button | null,
  names: PasswordNames,
): number | null {
  const named = fresh.name === names.newPasswordField
  const does = `${button?.action ?? form.action.pathname} ${button?.text ?? ''}`
  const about = `${page.url.pathname} ${does} ${form.text}`
  if (!named && (saysDestroy(does) || saysOther(does))) return null
  // Without the current password it may be the form by which an administrator makes a new user.
  const blanks = form.fields.filter(
    ({ type, value, disabled }) => /^(?:text|email|tel)$/.test(type) && value === '' && !disabled,
  )
  if (!named && current === null && (blanks.length > 0 || !(saysPassword(about) && saysChange(about))))
    return null
  const points = (named ? 100 : 0) + (current ? 40 : 0) + (confirm ? 10 : 0)
  return points + (saysPassword(does) ? 20 : 0) + (saysChange(does) ? 5 : 0)
}

function chooseButton({ buttons }: Form): Button | null {
  const safe = buttons.filter(({ text, action }) => !saysDestroy(`${text} ${action ?? ''}`))
  return (
    safe.find(({ text }) => saysPassword(text)) ??
    safe.find(({ text }) => saysChange(text)) ??
    safe[0] ??
    buttons[0] ??
    null
  )
}

function methodOf(form: Form, button: Button | null): string {
  return button?.method?.toUpperCase() ?? form.method
}

function findChoice({ fields }: Form): SessionChoice | null {
  for (const field of fields) {
    const says = `${field.name} ${field.hint}`
    if (field.type !== 'checkbox' || field.disabled) continue
    if (saysEndOthers(says)) return { field, tickEnds: !saysKeep(says) }
    if (saysKeep(says) && saysElsewhere(says) && !/\bthis\b/i.test(says)) return { field, tickEnds: false }
  }
  return null
}

function isPassword(field: Field, names: PasswordNames): boolean {
  if (field.disabled || field.readOnly || field.name === '') return false
  const { currentPasswordField, newPasswordField, confirmPasswordField } = names
  return (
    field.type === 'password' ||
    [currentPasswordField, newPasswordField, confirmPasswordField].includes(field.name)
  )
}
