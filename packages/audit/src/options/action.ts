import { AuditError } from './errors.ts'
import { readUrl } from './url.ts'

/** Fields of a form, or the members of a JSON object; null leaves one out, as a box that is not ticked. */
export type ActionFields = Readonly<Record<string, string | null>>

/**
 * One change that can be undone, to see whether a page of another site can make it. Nothing else is ever changed:
 * what it does is the choice of whoever names it.
 */
export interface ReversibleAction {
  /** Default POST. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Where the change is sent, on the audited site. */
  readonly url: string
  /** How the site's own page sends it. Default 'form'. */
  readonly format?: 'form' | 'json'
  /**
   * What makes the change. The other fields of its form go along as they are; where there is no form, name every
   * field that it needs. No token.
   */
  readonly change: ActionFields
  /** What undoes it, sent to the same address. */
  readonly undo: ActionFields
  /** The page, or the endpoint, that shows the value to the user. */
  readonly readUrl: string
  /**
   * Where the value is on it: `field:NAME` for what a form's control holds, `json:a.b` for a member of a JSON
   * answer, `match:PATTERN` for the first group of a regular expression in the visible text.
   */
  readonly find: string
  /** The page whose form makes the change. Default: `readUrl`. */
  readonly formUrl?: string
}

/** Where on a page a value is. */
export type Find =
  | { readonly kind: 'field' | 'json'; readonly name: string }
  | { readonly kind: 'match'; readonly pattern: RegExp }

/** What an audit will do about it, for those who decide whether it may. */
export function actionInWords({ method = 'POST', url, change, readUrl: read }: ReversibleAction): string {
  const names = Object.keys(change).join(', ')
  return (
    `change ${names} by ${method} ${url}: once as the site's own page does, then in up to 5 ways as another site ` +
    `could; read it at ${read} after each, and put it back each time`
  )
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Throws AuditError `usage` for an action that cannot be what was meant. */
export function checkAction(action: ReversibleAction, site: URL): void {
  const { method = 'POST', format = 'form', change, undo } = action
  if (!METHODS.includes(method)) {
    throw new AuditError('usage', `the action's method must be one of ${METHODS.join(', ')}`)
  }
  if (format === 'json' && method === 'GET') {
    throw new AuditError('usage', 'an action by GET has no JSON; leave --action-format out')
  }
  const addresses = { action: action.url, 'action-read': action.readUrl, 'action-form': action.formUrl }
  for (const [name, value] of Object.entries(addresses)) {
    if (value !== undefined && readUrl(value, `--${name}`, site).origin !== site.origin) {
      throw new AuditError(
        'usage',
        `--${name} is on another origin than ${site.origin}; an audit stays on one`,
      )
    }
  }
  for (const [option, fields] of Object.entries({ 'action-set': change, 'action-undo': undo })) {
    if (Object.keys(fields).length === 0) {
      throw new AuditError(
        'usage',
        `--action needs --${option} NAME=VALUE, so that it can be made and undone`,
      )
    }
  }
  if (JSON.stringify(Object.entries(change)) === JSON.stringify(Object.entries(undo))) {
    throw new AuditError('usage', '--action-set and --action-undo are the same, so nothing would change')
  }
  readFind(action.find)
}

/** Throws AuditError `usage`. */
export function readFind(text: string): Find {
  const [, kind, rest = ''] = /^(field|json|match):(.+)$/s.exec(text) ?? []
  if (kind === 'field' || kind === 'json') return { kind, name: rest }
  if (kind === 'match') {
    try {
      const pattern = new RegExp(rest, 'u')
      const groups = new RegExp(`${rest}|`, 'u').exec('')?.length ?? 1
      if (groups > 1) return { kind, pattern }
    } catch {
      throw new AuditError('usage', 'the pattern after match: is no regular expression')
    }
    throw new AuditError('usage', 'the pattern after match: needs a group (…) around the value')
  }
  throw new AuditError(
    'usage',
    'say where the value is read as field:NAME, json:a.b or match:PATTERN, such as field:nickname',
  )
}
