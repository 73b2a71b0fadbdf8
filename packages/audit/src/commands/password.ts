import { stdin } from 'node:process'
import { AuditError } from '../options/errors.ts'
import { promptHidden } from './prompt.ts'
import { type ReadValue, valueReader } from './secret.ts'

/** The account, and where its password is, as commander hands it over. */
export interface PasswordFlags {
  readonly username?: string
  readonly password?: string
  readonly passwordStdin?: true
  /** What is sent, where that is not simply both; it may need no user name. */
  readonly loginBody?: string
}

/** The environment variable that may hold the password. */
const VARIABLE = 'LATCHKEY_PASSWORD'

/**
 * The password, from where it was said to be: standard input, the command line, a file, the environment, or asked
 * for on a terminal. Null when no username was given, because then none is needed.
 * @throws AuditError `usage` when there is a username and no password, or the other way round.
 */
export async function readPassword(
  flags: PasswordFlags,
  read: ReadValue = valueReader(),
): Promise<string | null> {
  if (flags.passwordStdin && flags.password !== undefined) {
    throw new AuditError('usage', 'give either --password or --password-stdin, not both')
  }
  const fromStdin = flags.passwordStdin === true || flags.password === '-'
  if (flags.username === undefined && flags.loginBody === undefined) {
    if (fromStdin || flags.password !== undefined)
      throw new AuditError('usage', 'a password needs a --username')
    return null
  }
  const found = fromStdin ? await firstLine(read) : await typedOrSet(flags.password, read)
  if (found !== undefined && found !== '') return found
  if (!fromStdin && found === undefined && stdin.isTTY) return askFor(flags.username)
  throw new AuditError(
    'usage',
    `${flags.username === undefined ? '--login-body' : '--username'} needs a password: set ${VARIABLE}, or give --password-stdin or --password`,
  )
}

async function askFor(username: string | undefined): Promise<string> {
  const answer = await promptHidden(username === undefined ? 'Password: ' : `Password for ${username}: `)
  if (answer === '') throw new AuditError('usage', 'no password was typed')
  return answer
}

async function typedOrSet(typed: string | undefined, read: ReadValue): Promise<string | undefined> {
  return typed === undefined ? process.env[VARIABLE] : read('--password', typed)
}

/** Of standard input. */
async function firstLine(read: ReadValue): Promise<string> {
  return (await read('--password', '-')).split(/\r?\n/, 1)[0] ?? ''
}
