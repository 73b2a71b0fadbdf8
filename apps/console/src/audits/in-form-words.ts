import type { Report } from '@latchkey/audit'
import { type FieldName, labels } from './labels.ts'

/** Options of the command whose field here has another name. */
const renamed: Readonly<Record<string, FieldName>> = {
  'login-from': 'recording',
  field: 'fields',
  header: 'headers',
  'expect-sessions': 'concurrentSessions',
  'puzzle-request': 'puzzleRequests',
  stream: 'streams',
}

/** What only the command does: what changes the account, takes hours, or concerns the machine it runs on. */
export const commandOnly: ReadonlySet<string> = new Set([
  ...['action', 'action-set', 'action-undo', 'action-read', 'action-form', 'action-format'],
  ...['change-password', 'change-password-url', 'recovery-file', 'current-password-field'],
  ...['new-password-field', 'confirm-password-field', 'login-command', 'policy-token'],
  ...['resume', 'resume-passphrase', 'time-limit', 'timeout', 'max-requests', 'max-logins', 'max-wait'],
])

const formats: Readonly<Record<string, string>> = {
  json: 'JSON',
  urlencoded: 'Form fields, by a script',
  jsonrpc: 'JSON-RPC',
}

const option =
  /(?<![\w-])--([a-z]+(?:-[a-z]+)*)(?![\w-])(?:(?<=--login-format) (json|urlencoded|jsonrpc)\b)?/g

/** The field that an option of the command is here; null where there is none. */
export function fieldOf(flag: string): FieldName | null {
  const name = renamed[flag] ?? flag.replace(/-[a-z]/g, (part) => part.charAt(1).toUpperCase())
  return Object.hasOwn(labels, name) ? (name as FieldName) : null
}

/** What the auditor says, with the fields of the form in place of the options of its command. */
export function inFormWords(text: string): string {
  return text
    .replaceAll('an audit without an account (--passive)', 'an audit without sign-in details')
    .replace(option, (written, flag: string, format?: string) => {
      const field = fieldOf(flag)
      if (field !== null) return `“${labels[field]}${format ? `: ${formats[format]}` : ''}”`
      return commandOnly.has(flag) ? `${written} of the command latchkey-audit` : written
    })
}

/** The same for all that a report says; requests and the commands that repeat them stay as they are. */
export function reportInFormWords({ exchanges, ...report }: Report): Report {
  return { ...inFormWordsDeep(report), exchanges }
}

function inFormWordsDeep<T>(value: T): T {
  if (typeof value === 'string') return inFormWords(value) as T
  if (Array.isArray(value)) return value.map(inFormWordsDeep) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inFormWordsDeep(each)])) as T
}
