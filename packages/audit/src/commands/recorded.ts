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
  readonly browser?: boolean
}

/** Adds the options that sign in by what somebody has recorded or written, or as a person does. */
export function withRecordedOptions(command: Command): Command {
  return command
    .option(
      '--login-from <file>',
      'sign in by a storage state of Playwright, a HAR, a curl command or a recording of the Chrome DevTools Recorder; "-" for standard input',
    )
    .option(
      '--login-command <command>',
      'command that prints a fresh storage state or Cookie header for each login; no shell runs it',
    )
    .option('--browser', 'sign in with an installed Chromium (done by itself where nothing else can)')
    .option('--no-browser', 'never start one')
}

/** Reads what was named. Throws AuditError `usage`. */
export async function recordedFrom({
  loginFrom,
  loginCommand,
  browser,
}: RecordedFlags): Promise<Pick<AuditOptions, 'loginFrom' | 'loginCommand' | 'browser'>> {
  return {
    ...(loginFrom === undefined ? {} : { loginFrom: readRecording(await contentOf(loginFrom)) }),
    ...(loginCommand === undefined ? {} : { loginCommand: splitWords(loginCommand, '--login-command') }),
    ...(browser === undefined ? {} : { browser }),
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
