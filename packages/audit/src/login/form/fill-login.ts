import type { AuditOptions } from '../../options/options.ts'
import type { LoginChoices } from '../sign-in.ts'
import { codeFieldOf } from './code-form.ts'
import { fillForm, type Submission } from './fill-form.ts'
import type { LoginForm } from './find-form.ts'
import { chosenUser, giveFields } from './given-fields.ts'

/** What a login form sends once the user has filled it in. */
export async function fillLogin(
  found: LoginForm,
  from: URL,
  options: Pick<AuditOptions, 'username' | 'password' | 'fields'>,
  {
    remember = false,
    username = options.username ?? '',
    password = options.password ?? '',
    code,
  }: LoginChoices,
): Promise<Submission> {
  const given = giveFields(found.form, options.fields)
  const typed = new Map(given.typed)
  if (found.username) typed.set(found.username, chosenUser(found.username, username) ?? username)
  if (found.password) typed.set(found.password, password)
  const codeField = code && found.password && codeFieldOf(found.form, [found.username, found.password])
  if (codeField) typed.set(codeField, await code())
  const added = found.password ? Object.entries(given.left) : []
  return fillForm(found.form, from, typed, found.button, remember, added)
}
