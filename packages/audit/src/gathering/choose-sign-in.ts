import { cookieSignIn } from '../login/cookie.ts'
import { formSignIn } from '../login/form/form-sign-in.ts'
import { jsonSignIn, namedLogin } from '../login/json.ts'
import { commandSignIn } from '../login/recorded/command.ts'
import { recordedSignIn } from '../login/recorded/recorded-sign-in.ts'
import type { SignIn } from '../login/sign-in.ts'
import type { Run } from './run.ts'

/** The way to sign in that was asked for, else the one that is found. */
export async function chooseSignIn({ http, options, start }: Run): Promise<SignIn> {
  const { cookie, loginFrom, loginCommand, loginFormat } = options
  if (cookie !== undefined) return cookieSignIn(http, options, start)
  if (loginCommand !== undefined) return commandSignIn(http, options, start)
  if (loginFrom !== undefined) return recordedSignIn(http, options, start, loginFrom)
  if (loginFormat === 'json') return jsonSignIn(http, options, namedLogin(options, start))
  return formSignIn(http, options, start)
}
