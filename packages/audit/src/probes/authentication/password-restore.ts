import type { PasswordChange } from '../../login/password/password-change.ts'
import { BrowserJar } from '../../network/cookies/jar.ts'
import { AuditError, ProbeError } from '../../options/errors.ts'
import type { ProbeContext } from '../context.ts'
import type { RecoveryFile } from './recovery-file.ts'

/** An account whose password is being changed. */
export interface Account {
  readonly context: ProbeContext
  readonly way: PasswordChange
  /** The password it had, and gets back. */
  readonly own: string
  readonly temporary: string
  /** The browser that changed it. */
  readonly jar: BrowserJar
  /** Take the choice that ends the other sessions when changing it back. */
  readonly endOthers: boolean
}

const TRIES = 2
/** A request that was not answered in time may still be carried out. */
const SETTLING = 2000

/**
 * Puts the account's own password back and makes sure of it by signing in with it. No stop and no spent budget
 * prevents it. `uncertain`: the change may not have happened, so the own password is tried first. Throws AuditError `password_not_restored`
 * when the own password was not seen to work again; the file then stays, and the message names it.
 */
export async function restorePassword(
  account: Account,
  file: RecoveryFile,
  uncertain: boolean,
): Promise<void> {
  const { context } = account
  const restored = await context.http.budget.finishing(() => putBack(account, uncertain))
  if (restored) return file.remove()
  throw new AuditError(
    'password_not_restored',
    `THE PASSWORD OF THE ACCOUNT WAS CHANGED AND NOT CHANGED BACK. ${file.path} holds the temporary one and can be read by you alone: sign in with it (or, if that fails, with the one before), set your own, and delete the file`,
  )
}

async function putBack(account: Account, uncertain: boolean): Promise<boolean> {
  const { context, way, own, temporary } = account
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (uncertain || attempt > 0) {
      await context.wait(SETTLING).catch(() => {})
      if ((await quietly(() => signsIn(account, own))) !== null) return true
    }
    await quietly(async () => {
      const jar = (await stillIn(account)) ?? (await signsIn(account, temporary))
      if (jar) await way.change(jar, { current: temporary, next: own }, account.endOthers)
    })
    if ((await quietly(() => signsIn(account, own))) !== null) return true
  }
  return false
}

/** The browser that changed it, where it was not signed out: a login less that could be refused. */
async function stillIn({ context, jar }: Account): Promise<BrowserJar | null> {
  const seen = await context.oracle.observe(jar, 'signed-in')
  return seen.state === 'signed-in' ? jar : null
}

/** A browser that is signed in with this password; null when it does not sign in. */
export async function signsIn({ context }: Account, password: string): Promise<BrowserJar | null> {
  const { login } = context.signIn
  if (login === null) throw new ProbeError('it needs a login, and a cookie was given instead of credentials')
  const jar = new BrowserJar()
  try {
    await login(jar, { password })
  } catch (error) {
    if (error instanceof AuditError && error.code === 'sign_in_failed') return null
    throw error
  }
  const { state } = await context.oracle.observe(jar, 'signed-in')
  return state === 'signed-in' ? jar : null
}

/** Whatever goes wrong, the next thing is tried. */
async function quietly<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch {
    return null
  }
}
