import { access, constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import { stderr } from 'node:process'
import { Command } from 'commander'
import { checkSecrets, type Grants, readOrigin, readSecret } from '../mcp/grants.ts'
import { AuditError } from '../options/errors.ts'
import type { Outcome } from './io.ts'
import { positive, usage } from './options.ts'
import { valueReader } from './secret.ts'

interface McpFlags {
  readonly allowOrigin?: readonly string[]
  readonly loginOrigin?: readonly string[]
  readonly secret?: readonly string[]
  readonly allowChanges?: true
  readonly reports?: string
  readonly insecure?: true
  readonly browser: boolean
  readonly maxRequests: number
  readonly maxLogins: number
  readonly timeLimit: number
}

/** `latchkey-audit mcp`: the auditor as tools for an agent, over the Model Context Protocol. */
export function mcpCommand(done: Outcome): Command {
  return new Command('latchkey-audit mcp')
    .description(
      'Serves the auditor to an agent, over the Model Context Protocol on standard input and output.',
    )
    .option(
      '--allow-origin <origin>',
      'a site it may audit (may be repeated; default: this machine, as a visitor)',
      more,
    )
    .option(
      '--secret <name=where>',
      'a secret it may have sent and never sees: NAME=env:VARIABLE or NAME=file:PATH, NAME@ORIGIN=… with several sites (may be repeated)',
      more,
    )
    .option('--login-origin <origin>', 'a single sign-on it may contact in a login (may be repeated)', more)
    .option(
      '--allow-changes',
      'let it choose requests that are sent as the signed-in user, and change the password and back',
    )
    .option('--reports <folder>', 'let it write reports into this folder, under names of their own')
    .option('--insecure', 'accept certificates that do not verify; the report says so')
    .option('--no-browser', 'never start a browser')
    .option('--max-requests <number>', 'requests of one audit in all', positive, 300)
    .option('--max-logins <number>', 'logins of one audit in all', positive, 20)
    .option('--time-limit <seconds>', 'seconds one audit may take in all', positive, 1800)
    .addHelpText('after', HELP)
    .action(async (flags: McpFlags) => done(await run(flags)))
}

const HELP = `
Example:
  latchkey-audit mcp --allow-origin https://staging.example.com --secret ALICE=env:ALICE_PASSWORD
The agent then gives "password": "secret:ALICE". It wants @modelcontextprotocol/sdk beside it.`

async function run(flags: McpFlags): Promise<number> {
  const grants = await grantsFrom(flags)
  const serve = await loadServe()
  if (serve === null) {
    stderr.write(
      'latchkey-audit: mcp needs @modelcontextprotocol/sdk: npm install @modelcontextprotocol/sdk\n',
    )
    return 3
  }
  await serve(grants)
  return 0
}

/** What the person allows; what cannot be read is said now, and not to the agent later. Throws AuditError `usage`. */
async function grantsFrom({ reports, ...flags }: McpFlags): Promise<Grants> {
  const { browser, maxRequests, maxLogins, timeLimit } = flags
  const grants: Grants = {
    origins: (flags.allowOrigin ?? []).map((origin) => readOrigin(origin, '--allow-origin')),
    loginOrigins: (flags.loginOrigin ?? []).map((origin) => readOrigin(origin, '--login-origin')),
    secrets: (flags.secret ?? []).map(readSecret),
    changes: flags.allowChanges === true,
    insecure: flags.insecure === true,
    browser,
    reports: reports === undefined ? null : resolve(reports),
    maxRequests,
    maxLogins,
    timeLimit,
  }
  checkSecrets(grants)
  for (const { name, where } of grants.secrets) await valueReader()(`--secret ${name}`, where)
  if (grants.reports !== null) await checkFolder(grants.reports)
  return grants
}

async function checkFolder(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch {
    throw usage(`--reports wants a folder that is there and may be written to, and ${folder} is none`)
  }
}

/** Null where the SDK is not installed: no other command needs it. */
async function loadServe(): Promise<((grants: Grants) => Promise<void>) | null> {
  try {
    return (await import('../mcp/serve.ts')).serve
  } catch (error) {
    if (error instanceof AuditError || !/@modelcontextprotocol\/sdk/.test(String(error))) throw error
    return null
  }
}

function more(given: string, before: readonly string[] = []): string[] {
  return [...before, given]
}
