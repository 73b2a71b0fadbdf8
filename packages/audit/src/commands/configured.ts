import type { Command } from 'commander'
import { type FoundConfig, readConfig } from '../config/read-config.ts'
import { readPolicy } from '../config/read-policy.ts'
import { AuditError } from '../options/errors.ts'
import type { Expectations } from '../options/expectations.ts'
import type { AuditFlags } from './audit-flags.ts'
import { besideTyped, flagsOf, wordInFile } from './from-config.ts'
import { notice } from './io.ts'
import { valueReader, WHERE } from './secret.ts'

/** What was typed, over what the file says. */
export interface Configured {
  readonly flags: AuditFlags
  /** The address of the file. */
  readonly url: string | undefined
  /** What a team declares in the file. */
  readonly expect: Expectations | undefined
  /** Runs what may find fault with an option, and says so in the words of the file where that has it. */
  inWordsOfFile<T>(work: () => Promise<T>): Promise<T>
}

/** Adds the option that names the file. */
export function withConfigOption(command: Command): Command {
  return command
    .option(
      '--config <file>',
      'options as JSON (default: latchkey.audit.json, when it is there); flags win over it',
    )
    .option('--no-config', 'read none')
}

/** Adds the options that name a policy. */
export function withPolicyOptions(command: Command): Command {
  return command
    .option(
      '--policy <url>',
      'address or file of the policy that the application declares; a site that differs fails',
    )
    .option('--policy-token <token>', `the token for that address (also ${WHERE})`)
    .option('--policy-name <name>', 'which of its policies the account signs in under (default: default)')
}

/**
 * The options of a run. Throws AuditError `usage`.
 * @param typed as commander hands it over, defaults included
 */
export async function configured<Flags extends Partial<AuditFlags>>(
  command: Command,
  typed: Flags,
): Promise<Configured & { readonly flags: Flags & AuditFlags }> {
  const found = await readConfig(typed.config)
  const isDefault = (name: string) => command.getOptionValueSource(name) === 'default'
  const own = Object.fromEntries(
    Object.entries(typed).filter(([name]) => !isDefault(name)),
  ) as Partial<AuditFlags>
  const ofFile = found ? besideTyped(flagsOf(found.config), own) : {}
  const flags = { ...typed, ...ofFile, ...own } as Flags & AuditFlags
  if (found) notice(`the options of ${found.path} are taken`, flags)
  return {
    flags,
    url: found?.config.url,
    expect: found?.config.expect as Expectations | undefined,
    inWordsOfFile: (work) => rephrased(work, found, Object.keys(ofFile)),
  }
}

/** `--login-url must start with …` is about a line of the file where nobody typed it. */
async function rephrased<T>(
  work: () => Promise<T>,
  found: FoundConfig | null,
  names: readonly string[],
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!found || !(error instanceof AuditError) || error.code !== 'usage') throw error
    const message = error.message.replace(/--([a-z-]+)/g, (option, kebab: string) => {
      const name = kebab.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
      return names.includes(name) ? `${option} (${wordInFile(name)} in ${found.path})` : option
    })
    throw message === error.message ? error : new AuditError('usage', message, { cause: error })
  }
}

/** Options of their own that say the same. */
const TYPED = {
  expectSessions: 'concurrentSessions',
  idleTimeout: 'idleTimeout',
  absoluteTimeout: 'absoluteTimeout',
} as const

/**
 * What the site is held to: by the team in the file, else by the application's own policy. What has an option of its own
 * is left to that where it was given; undefined where nothing is declared.
 */
export async function expectationsFrom(
  flags: AuditFlags,
  declared: Expectations | undefined,
): Promise<Expectations | undefined> {
  const policy = flags.policy === undefined ? {} : await policyFrom(flags.policy, flags)
  const typed: readonly string[] = Object.entries(TYPED).flatMap(([flag, name]) =>
    Object.hasOwn(flags, flag) ? [name] : [],
  )
  const members = Object.entries({ ...policy, ...declared }).filter(([name]) => !typed.includes(name))
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

async function policyFrom(where: string, flags: AuditFlags): Promise<Expectations> {
  const { policyToken, policyName, insecure, timeout } = flags
  // A dry run sends nothing.
  if (flags.dryRun && /^https?:\/\//i.test(where)) return {}
  return readPolicy(where, {
    ...(policyToken === undefined ? {} : { token: await valueReader()('--policy-token', policyToken) }),
    ...(policyName === undefined ? {} : { name: policyName }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(timeout === undefined ? {} : { timeout }),
  })
}
