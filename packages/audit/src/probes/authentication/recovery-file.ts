import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { ProbeError } from '../../options/errors.ts'

/** Where a temporary password is kept while it is the account's password. */
export interface RecoveryFile {
  readonly path: string
  /** Removes it; only for when the account has its own password again. */
  remove(): Promise<void>
}

export interface Recovery {
  readonly username: string
  readonly origin: string
  readonly password: string
}

/**
 * Writes a temporary password to disk before the site is told of it, so that not even a crash can lose it.
 * Only its owner may read the file (mode 0600); an existing file is never overwritten. `path` left out means a
 * new file in a folder of its own for temporary files. Throws ProbeError when it cannot be written.
 */
export async function writeRecoveryFile(
  { username, origin, password }: Recovery,
  path: string | undefined,
): Promise<RecoveryFile> {
  const text = [
    `latchkey-audit changed the password of ${username} at ${origin} and removes this file when it has changed it back.`,
    'If the file is still here after the audit, sign in with this password and set your own:',
    '',
    password,
    '',
  ].join('\n')
  let file = path === undefined ? join(tmpdir(), 'latchkey-recovery-') : resolve(path)
  try {
    if (path === undefined) file = join(await mkdtemp(file), 'password.txt')
    const handle = await open(file, 'wx', 0o600)
    await handle.writeFile(text).finally(() => handle.close())
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw new ProbeError(
      `the password was not changed, because it could not be kept safe in ${file} (${code}); name a new file with --recovery-file`,
    )
  }
  const own = path === undefined ? dirname(file) : file
  return {
    path: file,
    remove: () => rm(own, { recursive: path === undefined, force: true }),
  }
}
