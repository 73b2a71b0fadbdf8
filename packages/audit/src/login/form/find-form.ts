import type { Button, Field, Form } from '../../network/pages/form.ts'
import type { Page } from '../../network/pages/html.ts'
import type { AuditOptions } from '../../options/options.ts'
import { saysOther, saysProvider, saysSignIn } from '../words.ts'
import { chosenUser } from './given-fields.ts'

/** A login form with its fields told apart. */
export interface LoginForm {
  readonly form: Form
  /** Null for a form that asks only for a password. */
  readonly username: Field | null
  /** Null for the first page of a login that asks for the name first. */
  readonly password: Field | null
  readonly button: Button | null
}

/** What of a page is looked at. */
type Shown = Pick<Page, 'forms' | 'url'>

type Names = Pick<AuditOptions, 'username' | 'usernameField' | 'passwordField'>

const TYPED = new Set(['text', 'email', 'tel', 'url', 'number', 'search', 'textarea'])
const USER_NAMES = /user|e-?mail|log[io]n|account|usr|ident|nick|uid|member|benutzer|utilis|usuario|utente/i

/** The form on a page that most likely signs in; null when none has a password field. */
export function findLoginForm(page: Shown, names: Names = {}): LoginForm | null {
  const scored = page.forms
    .filter((form) => form.fields.some((field) => isPassword(field, names)))
    .map((form) => ({ form, score: score(form, page, names) }))
    .sort((a, b) => b.score - a.score)
  const best = scored[0]?.form
  return best ? describe(best, names) : null
}

/**
 * The first half of a login over two pages: a form with one name field, where the page is about signing in.
 * @param isLed what was pressed to see it said that it signs in
 */
export function findUsernameForm(page: Shown, names: Names = {}, isLed = false): LoginForm | null {
  for (const form of page.forms) {
    const typed = form.fields.filter((field) => isTyped(field))
    const field = typed[0]
    if (typed.length !== 1 || field === undefined) continue
    const about = `${page.url.pathname} ${page.url.hash} ${form.action.pathname} ${form.text}`
    const named = field.name === names.usernameField || looksLikeUser(field)
    if (named && (isLed || saysSignIn(about)) && !saysOther(form.text)) {
      return { form, username: field, password: null, button: chooseButton(form) }
    }
  }
  return null
}

/** What is known of the login form, to know it again. */
export interface KnownForm {
  readonly action: URL
  readonly usernameField: string | null
  readonly passwordField: string | null
}

/**
 * Whether a page shows the login form; that is how a failed login looks. It leads where the login leads, or,
 * as a form without an action follows its page's address, has the same fields and leads to its own page.
 */
export function showsLoginForm(page: Shown, known: KnownForm): boolean {
  return page.forms.some(({ action, fields }) => {
    const passwords = fields.filter((field) => field.type === 'password' && !field.disabled)
    if (passwords.length !== 1) return false
    if (action.pathname === known.action.pathname) return true
    const names = fields.map(({ name }) => name)
    const same = passwords[0]?.name === known.passwordField && names.includes(known.usernameField ?? '')
    return same && action.pathname === page.url.pathname
  })
}

function score(form: Form, page: Shown, names: Names): number {
  const passwords = form.fields.filter((field) => isPassword(field, names))
  const autocompletes = passwords.map((field) => field.autocomplete)
  const typed = form.fields.filter(isTyped)
  const about = `${form.action.pathname} ${form.text} ${form.buttons.map((button) => button.text).join(' ')}`
  let points = passwords.length === 1 ? 50 : -30
  if (names.passwordField !== undefined && passwords.some(({ name }) => name === names.passwordField))
    points += 60
  if (names.usernameField !== undefined && typed.some(({ name }) => name === names.usernameField))
    points += 60
  if (typed.some(looksLikeUser)) points += 20
  if (autocompletes.includes('current-password')) points += 20
  if (autocompletes.includes('new-password')) points -= 60
  if (saysSignIn(about)) points += 25
  if (saysOther(`${form.action.pathname} ${form.buttons.map((button) => button.text).join(' ')}`))
    points -= 25
  if (saysSignIn(page.url.pathname)) points += 5
  return points - Math.max(0, typed.length - 2) * 10
}

function describe(form: Form, names: Names): LoginForm {
  const passwords = form.fields.filter((field) => isPassword(field, names))
  const password =
    passwords.find(({ name }) => name === names.passwordField) ??
    passwords.find(({ autocomplete }) => autocomplete === 'current-password') ??
    passwords[0] ??
    null
  return { form, password, username: chooseUsername(form, password, names), button: chooseButton(form) }
}

function chooseUsername(form: Form, password: Field | null, names: Names): Field | null {
  const typed = form.fields.filter((field) => isTyped(field) && field !== password)
  const before = typed.filter(
    (field) => password === null || form.fields.indexOf(field) < form.fields.indexOf(password),
  )
  const lists = form.fields.filter(({ choices, disabled }) => choices.length > 0 && !disabled)
  const given = form.fields.some((field) => field.readOnly && field.value !== '' && looksLikeUser(field))
  if (given && !typed.some(looksLikeUser)) return null
  return (
    [...typed, ...lists].find(({ name }) => name === names.usernameField) ??
    typed.find(({ autocomplete }) => /username|email/.test(autocomplete)) ??
    before.findLast(looksLikeUser) ??
    lists.find((list) => chosenUser(list, names.username ?? '') !== null) ??
    before.at(-1) ??
    typed[0] ??
    null
  )
}

function chooseButton(form: Form): Button | null {
  // "Sign in with Example" signs in elsewhere: pressed only where nothing else signs in here.
  const own = form.buttons.filter(({ text }) => !saysOther(text) && !saysProvider(text))
  const signsIn = ({ text }: Button) => saysSignIn(text)
  return own.find(signsIn) ?? form.buttons.find(signsIn) ?? own[0] ?? form.buttons[0] ?? null
}

function isPassword(field: Field, names: Names): boolean {
  return (
    !field.disabled &&
    field.name !== '' &&
    (field.name === names.passwordField || (field.type === 'password' && !field.isUnseen && isOpen(field)))
  )
}

function isTyped(field: Field): boolean {
  return TYPED.has(field.type) && !field.disabled && !field.isUnseen && field.name !== '' && isOpen(field)
}

/** Neither the name nor the password goes into a field that is read-only, or is for a code. */
function isOpen({ readOnly, autocomplete }: Field): boolean {
  return !readOnly && autocomplete !== 'one-time-code'
}

function looksLikeUser(field: Field): boolean {
  return (
    field.type === 'email' ||
    /username|email/.test(field.autocomplete) ||
    USER_NAMES.test(`${field.name} ${field.hint}`)
  )
}
