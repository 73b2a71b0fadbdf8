import { stderr } from 'node:process'
import { Command } from 'commander'
import type { LoginInspection } from '../gathering/gather.ts'
import type { Tried } from '../gathering/tried.ts'
import { visible } from '../report/escape.ts'
import { configured, withConfigOption } from './configured.ts'
import { type Outcome, say, stopOnInterrupt } from './io.ts'
import { auditOptionsFrom, signsIn, type TargetFlags, usage, withTargetOptions } from './options.ts'
import { progressLine } from './progress.ts'

/** `latchkey-audit login <url>`: shows what an audit would go by, and stops. */
export function loginCommand(done: Outcome): Command {
  const command = new Command('latchkey-audit login')
    .description('Shows how an audit signs in and tells signed-in from not, and stops.')
    .argument('[url]', 'where the site starts')
    .action(async (url: string | undefined, typed: TargetFlags) => {
      const given = await configured(command, typed)
      done(await given.inWordsOfFile(() => run(url ?? given.url, given.flags)))
    })
  return withTargetOptions(withConfigOption(command))
}

async function run(url: string | undefined, flags: TargetFlags): Promise<number> {
  if (url === undefined)
    throw usage('say which site: latchkey-audit login http://localhost:3000/ --username NAME')
  const options = await auditOptionsFrom(url, flags)
  if (!signsIn(flags)) {
    throw usage('say how to sign in: --username, --cookie, --login-from or --login-command')
  }
  const { inspectLogin } = await import('../gathering/gather.ts')
  const line = progressLine(stderr, flags.quiet === true)
  const interrupt = stopOnInterrupt()
  try {
    let tried: readonly Tried[] = []
    const inspecting = inspectLogin(
      { ...options, onProgress: line.onProgress, signal: interrupt.signal },
      {},
      (all) => {
        tried = all
      },
    )
    // What was tried is shown also, and above all, where it led nowhere.
    await inspecting.catch(() => {})
    line.clear()
    await say(triedAsText(tried))
    await say(describe(await inspecting))
    return 0
  } finally {
    interrupt.release()
    line.clear()
  }
}

function triedAsText(tried: readonly Tried[]): string {
  const lines = tried.map(({ method, url, status, saw }) => visible(`  ${method} ${url} ${status}: ${saw}`))
  return lines.length === 0 ? '' : `Tried, in this order:\n${lines.join('\n')}\n\n`
}

function describe({ signIn, oracle, carrier }: LoginInspection): string {
  const fields = [signIn.usernameField, signIn.passwordField, ...signIn.otherFields].filter(
    (name) => name !== null,
  )
  const sets = carrier.sets.map((names) => names.join(' + ')).join(', or ')
  const rows: readonly (readonly [string, string | null])[] = [
    ['sign-in', signIn.method],
    ['login page', signIn.loginUrl],
    ['sent to', signIn.action],
    ['fields', fields.join(', ') || null],
    ['confirmed', signIn.confirmed?.join(', ') ?? null],
    ['protected page', oracle.protectedUrl],
    ['told apart by', oracle.describes],
    ['cookies', carrier.candidates.join(', ') || 'none'],
    ['carrier', sets || 'not established'],
  ]
  const known = rows.flatMap(([name, value]) =>
    value === null ? [] : `${`${name}:`.padEnd(16)}${visible(value)}\n`,
  )
  return `${known.join('')}\nThe sign-in works. Leave the word "login" out to audit.\n`
}
