import type { Command } from 'commander'
import type { AuditOptions } from '../options/options.ts'
import { type ReadValue, WHERE } from './secret.ts'

/** What says who else there is, and what a visitor may send, as commander hands it over. */
export interface OthersFlags {
  readonly secondUsername?: string
  readonly secondPassword?: string
  readonly puzzle?: true
  readonly puzzleRequest?: string[]
}

/** Adds the options of checks that need another account, or forms that a visitor sends. */
export function withOthersOptions(command: Command): Command {
  return command
    .option('--second-username <name>', 'another account, to see what its session opens of the first one’s')
    .option('--second-password <password>', `its password, better as ${WHERE}`)
    .option(
      '--puzzle-request <request>',
      'what a visitor may send before a login, as "POST /forgot user={{username}}"; it may send mail (may be repeated)',
      (given: string, before: string[] = []) => [...before, given],
    )
    .option(
      '--puzzle',
      'send the forms beside the login that ask for a user name and no password; they may send mail',
    )
}

/** The options from what was typed. Throws AuditError `usage`. */
export async function othersFrom(
  { secondUsername, secondPassword, puzzle, puzzleRequest }: OthersFlags,
  read: ReadValue,
): Promise<Pick<AuditOptions, 'secondUsername' | 'secondPassword' | 'puzzle' | 'puzzleRequests'>> {
  return {
    ...(secondUsername === undefined ? {} : { secondUsername }),
    ...(secondPassword === undefined
      ? {}
      : { secondPassword: await read('--second-password', secondPassword) }),
    ...(puzzle === undefined ? {} : { puzzle }),
    ...(puzzleRequest === undefined ? {} : { puzzleRequests: puzzleRequest }),
  }
}
