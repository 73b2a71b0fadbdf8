import { pino } from 'pino'
import { auditor } from './auditor.ts'
import { openBackends } from './backends/backends.ts'
import { readConfig } from './config.ts'
import { createConsole } from './console.ts'
import { createUsers, type Users } from './data/users.ts'
import { exactly } from './format.ts'
import { type RunningConsole, serve } from './serve.ts'

/** Starts the console, and stops it on SIGTERM or SIGINT; a second signal does not wait. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const level = config.logLevel ?? (process.stderr.isTTY ? 'warn' : 'info')
  const log = pino({ level, base: null }, pino.destination({ fd: 2, sync: true }))
  const backends = await openBackends(config, log)
  await sayWhoAdministers(config.admins, createUsers(backends.database, Date.now))
  const site = createConsole({ ...config, backends, auditor, log })
  let running: RunningConsole
  try {
    running = await serve(site, config.port, config.host)
  } catch (error) {
    await site.stop()
    await site.close()
    throw error
  }
  console.log(`Latchkey console: http://${shownHost(config.host)}:${running.port}`)
  if (config.allowedByDefault) {
    console.log(
      'Audits may reach private addresses: LATCHKEY_ALLOW_PRIVATE=1 is set for a console on localhost.',
    )
  }

  let isStopping = false
  const stop = async () => {
    if (isStopping) process.exit(1)
    isStopping = true
    await running.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop().catch(fail))
}

/** A name nobody has is a mistake of the operator's, or an account that was deleted. */
async function sayWhoAdministers(admins: ReadonlySet<string>, users: Users): Promise<void> {
  for (const name of admins) {
    const user = await users.byName(name)
    console.log(
      user
        ? `Administrator: ${user.name}, whose account was made on ${exactly(user.createdAt)}.`
        : `LATCHKEY_ADMINS: there is no account ${name}, and nobody can sign up as ${name} while it is named there.`,
    )
  }
}

function fail(error: unknown): never {
  console.error(explain(error))
  process.exit(1)
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, syscall, port } = error as { code?: string; syscall?: string; port?: number }
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop what uses it, or choose another: PORT=${Number(port) + 1} npm start`
  }
  if (code === 'EACCES' && syscall === 'listen') {
    return `Port ${port} may not be opened by this user. Choose one above 1023: PORT=3000 npm start`
  }
  return error.message
}

function shownHost(host: string): string {
  // Browsers treat both alike, and the name is easier to remember.
  if (host === '127.0.0.1') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

main().catch(fail)
