import type { Answer } from '../../network/http.ts'
import { jsonOf } from '../../network/json.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import type { AuditOptions } from '../../options/options.ts'
import { type KnownForm, showsLoginForm } from '../form/find-form.ts'
import type { SignIn } from '../sign-in.ts'
import { saysSignIn, saysSignOut } from '../words.ts'

/** What of an answer may tell a signed-in user from a visitor. Values that change by themselves are left out. */
export interface Features {
  readonly status: number
  /** Path of the redirect; null when there is none. */
  readonly redirect: string | null
  /** Marks: `canary`, `sign-out`, `login-form`, `sign-in`, `json:path:type`, `word:x`. */
  readonly marks: ReadonlySet<string>
}

export interface Looks {
  /** The name the user signs in with; its appearance is the canary. */
  readonly username: string | null
  readonly form: KnownForm
}

export function looksOf({ username }: AuditOptions, { action, evidence }: SignIn): Looks {
  const { usernameField, passwordField } = evidence
  return { username: username ?? null, form: { action, usernameField, passwordField } }
}

const DEEPEST = 4
const LONGEST_WORD = 24
const MOST_MARKS = 2000

export function featuresOf(answer: Answer, looks: Looks): Features {
  const marks = new Set<string>()
  const json = jsonOf(answer)
  if (json !== undefined) jsonMarks(json, '', marks)
  else pageMarks(answer, looks, marks)
  if (json !== undefined && mentions(answer.body, looks.username)) marks.add('canary')
  return {
    status: answer.status,
    redirect:
      answer.location &&
      (answer.location.origin === answer.url.origin ? '' : answer.location.origin) + answer.location.pathname,
    marks,
  }
}

/** Types and truth values only: text and numbers may belong to one session. */
function jsonMarks(value: unknown, path: string, marks: Set<string>, depth = 0): void {
  if (marks.size >= MOST_MARKS) return
  if (typeof value !== 'object' || value === null) {
    const shown = typeof value === 'boolean' || value === null ? String(value) : typeof value
    marks.add(`json:${path || '.'}:${shown}`)
    return
  }
  marks.add(`json:${path || '.'}:${Array.isArray(value) ? 'array' : 'object'}`)
  if (Array.isArray(value) || depth === DEEPEST) return
  for (const [key, member] of Object.entries(value)) {
    jsonMarks(member, path === '' ? key : `${path}.${key}`, marks, depth + 1)
  }
}

function pageMarks(answer: Answer, looks: Looks, marks: Set<string>): void {
  const page = pageOf(answer)
  const text = page.text === '' && page.forms.length === 0 ? answer.body : page.text
  // A site that remembers who signed in here last writes the name into its login form.
  const typed = page.forms
    .filter((form) => !showsLoginForm({ forms: [form], url: page.url }, looks.form))
    .flatMap(({ fields }) => fields)
    .filter(({ type }) => type === 'text' || type === 'email')

  if (mentions([text, ...typed.map(({ value }) => value)].join(' '), looks.username)) marks.add('canary')

  const controls = [
    ...page.links.map(({ url, text }) => `${url.pathname} ${text}`),
    ...page.forms.map(
      ({ action, buttons }) => `${action.pathname} ${buttons.map(({ text }) => text).join(' ')}`,
    ),
  ]
  if (controls.some(saysSignOut)) marks.add('sign-out')
  else if (showsLoginForm(page, looks.form)) marks.add('login-form')
  if (page.links.some(({ url, text }) => saysSignIn(`${url.pathname} ${text}`))) marks.add('sign-in')
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? []) {
    if (marks.size >= MOST_MARKS) break
    if (word.length > 1 && word.length <= LONGEST_WORD && !/\p{N}/u.test(word)) marks.add(`word:${word}`)
  }
}

function mentions(text: string, name: string | null): boolean {
  if (name === null || name.length < 3) return false
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'iu').test(text)
}
