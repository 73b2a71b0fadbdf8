#!/usr/bin/env node
import { argv, env, stderr, stdout } from 'node:process'
import { UsageError } from '../command/usage-error.ts'
import { isSessionError } from '../errors.ts'
import { help, parseWish, type Wish } from './arguments.ts'
import { kinds } from './databases.ts'

/** Arguments in, exit code out. */
async function main(args: readonly string[]): Promise<number> {
  let wish: Wish | null = null
  try {
    wish = parseWish(args, env)
    if (wish === null) stdout.write(help)
    else if (wish.url === null) stdout.write(await kinds[wish.database].print(wish.names))
    else stdout.write(await migrated(wish, wish.url))
    return 0
  } catch (error) {
    const isUsage = error instanceof UsageError || (isSessionError(error) && error.code === 'config_invalid')
    const hint = error instanceof UsageError ? '; --help lists what there is' : ''
    stderr.write(`latchkey-migrate: ${withoutPassword(messageOf(error), wish?.url ?? null)}${hint}\n`)
    return isUsage ? 2 : 1
  }
}

async function migrated({ database, names }: Wish, url: string): Promise<string> {
  const { from, to } = await kinds[database].migrate(url, names)
  const before = from === 0 ? 'no table' : `version ${from}`
  return from === to
    ? `${database}: up to date, version ${to}\n`
    : `${database}: ${before} -> version ${to}\n`
}

/** A connection that several addresses were tried for fails with an empty message and one error for each. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error && error.message !== '' ? error.message : String(error)
}

function withoutPassword(message: string, url: string | null): string {
  if (url === null) return message
  const password = URL.canParse(url) ? new URL(url).password : ''
  return [url, password, decoded(password)]
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '***'), message)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

// Whoever reads the output may stop early (`| head`): that is no fault.
stdout.on('error', () => undefined)

process.exitCode = await main(argv.slice(2))
