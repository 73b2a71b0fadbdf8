import type { AuditOptions } from './options.ts'
import { loginIn } from './recording/login.ts'
import { typedIn } from './recording/recorder.ts'
import { readUrl } from './url.ts'

/** The options with the account that was recorded, where none was given. */
export function withRecordedAccount(options: AuditOptions): AuditOptions {
  const { username, password } = recorded(options)
  return {
    ...options,
    ...(options.username === undefined && username ? { username } : {}),
    ...(options.password === undefined && password ? { password } : {}),
  }
}

function recorded(options: AuditOptions): {
  readonly username?: string | null
  readonly password?: string | null
} {
  const { loginFrom, url } = options
  if (loginFrom?.kind === 'requests') return loginIn(loginFrom, options, readUrl(url, 'the address')) ?? {}
  if (loginFrom?.kind !== 'steps') return {}
  const typed = typedIn(loginFrom)
  return { username: typed.username?.value ?? null, password: typed.password?.value ?? null }
}
