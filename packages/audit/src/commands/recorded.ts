import { readFile } from 'node:fs/promises'
import { stdin } from 'node:process'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import { readRecording } from '../options/recording/recording.ts'
import { splitWords } from '../options/words.ts'

/** What people have already, as commander hands it over. */
export interface RecordedFlags {
  readonly loginFrom?: string
  readonly loginCommand?: string
}

/** Adds the options that sign in by what somebody has recorded or written. */
export function withRecordedOptions(command: Command): Command {
  return command
    .option(
      '--login-from <file>',
      'sign in by a storage state of Playwright, a HAR or a curl command; "-" for standard input',
    )
    .option(
      '--login-command <command>',
      'command that prints a fresh storage state or Cookie header for each login; no shell runs it',
    )
}

/** Reads what was named. Throws AuditError `usage`. */
export async function recordedFrom({
  loginFrom,
  loginCommand,
}: RecordedFlags): Promise<Pick<AuditOptions, 'loginFrom' | 'loginCommand'>> {
  return {
    ...(loginFrom === undefined ? {} : { loginFrom: readRecording(await contentOf(loginFrom)) }),
    ...(loginCommand === undefined ? {} : { loginCommand: splitWords(loginCommand, '--login-command') }),
  }
}

async function contentOf(path: string): Promise<string> {
  if (path === '-') return await text(stdin)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw new AuditError('usage', `cannot read ${path} (${code}), which --login-from names`)
  }
}
