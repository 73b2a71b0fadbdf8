#!/usr/bin/env node
import { argv, stderr, stdout } from 'node:process'
import { type Command, CommanderError } from 'commander'
import { auditCommand } from './commands/audit.ts'
import { baselineCommand } from './commands/baseline.ts'
import { compareCommand } from './commands/compare.ts'
import type { Outcome } from './commands/io.ts'
import { loginCommand } from './commands/login.ts'
import { mcpCommand } from './commands/mcp.ts'
import { AuditError } from './options/errors.ts'

/** What the user can mend by another call. */
const WRONG_USAGE: ReadonlySet<string> = new Set(['usage', 'evidence_invalid', 'report_invalid'])

/** Those that are called by a word; without one it is an audit. */
const COMMANDS: Readonly<Record<string, (done: Outcome) => Command>> = {
  login: loginCommand,
  compare: compareCommand,
  baseline: baselineCommand,
  mcp: mcpCommand,
}

/** Arguments in, exit code out; the commands do the rest. */
async function main(given: readonly string[]): Promise<number> {
  let code = 0
  const done = (exitCode: number): void => {
    code = exitCode
  }
  const [word = ''] = given
  const named = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  const command: Command = (named ?? auditCommand)(done)
  command.configureOutput({ outputError: (text, write) => write(`latchkey-audit: ${complaint(text)}`) })
  try {
    await command.exitOverride().parseAsync(named ? given.slice(1) : [...given], { from: 'user' })
    return code
  } catch (error) {
    return exitCodeFor(error)
  }
}

/** commander repeats what was typed; a value behind an `=` could be a password. */
function complaint(text: string): string {
  const said = text.replace(/^error: /, '').replace(/(--?[\w-]+)=[^']*/g, '$1')
  return `${said.trimEnd()}; --help lists what there is\n`
}

function exitCodeFor(error: unknown): number {
  // commander has already said what was wrong; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof AuditError) {
    stderr.write(`latchkey-audit: ${error.message}\n`)
    return WRONG_USAGE.has(error.code) ? 2 : 3
  }
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 0
  stderr.write('latchkey-audit: this is a fault of latchkey-audit itself, please report it\n')
  stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  return 3
}

// Whoever reads the output may stop early (`| head`): that is no fault.
stdout.on('error', () => {})

process.exitCode = await main(argv.slice(2))
