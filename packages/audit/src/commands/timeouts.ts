import type { Command } from 'commander'
import type { AuditOptions } from '../options/options.ts'
import { readDuration } from '../options/timeouts.ts'
import { usage } from './options.ts'
import { isLiteral, type ReadValue, WHERE } from './secret.ts'

export interface TimeoutFlags {
  readonly idleTimeout?: string
  readonly absoluteTimeout?: string
  readonly resume?: string
  readonly resumePassphrase?: string
}

/** Adds the options of an audit that waits for sessions to end. */
export function withTimeoutOptions(command: Command): Command {
  return command
    .option(
      '--idle-timeout <time>',
      'a session that nobody uses must end after this time (30m, 8h); waits for it',
    )
    .option('--absolute-timeout <time>', 'and this long after its login, however much it is used')
    .option(
      '--resume <file>',
      'do not wait: keep the sessions in this file, encrypted, and go on with it when run again',
    )
    .option('--resume-passphrase <where>', `what it is encrypted with: ${WHERE}`)
}

/** Throws AuditError `usage`. */
export async function timeoutsFrom(
  flags: TimeoutFlags,
  read: ReadValue,
): Promise<Pick<AuditOptions, 'idleTimeout' | 'absoluteTimeout' | 'resume'>> {
  const { idleTimeout, absoluteTimeout } = flags
  const resume = await resumeFrom(flags, read)
  return {
    ...(idleTimeout === undefined ? {} : { idleTimeout: readDuration('--idle-timeout', idleTimeout) }),
    ...(absoluteTimeout === undefined
      ? {}
      : { absoluteTimeout: readDuration('--absolute-timeout', absoluteTimeout) }),
    ...(resume === null ? {} : { resume }),
  }
}

async function resumeFrom(
  { resume: file, resumePassphrase: given }: TimeoutFlags,
  read: ReadValue,
): Promise<NonNullable<AuditOptions['resume']> | null> {
  if ((file === undefined) !== (given === undefined)) {
    throw usage('--resume and --resume-passphrase go together: the file holds sessions that are alive')
  }
  if (file === undefined || given === undefined) return null
  if (isLiteral(given)) {
    throw usage(`--resume-passphrase says where the passphrase is, so that nobody reads it: ${WHERE}`)
  }
  return { file, passphrase: await read('--resume-passphrase', given) }
}
