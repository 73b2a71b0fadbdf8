/**
 * `npm run stores -- --redis URL --postgres URL --mysql URL`: holds servers of yours to the laws of a store, by every
 * kind of client. What it makes there, keys and tables under names of their own, it removes again, after Ctrl-C too.
 * Exits 1 if a law was broken or a server could not be used, 2 for a wrong argument.
 *
 *   --redis URL     redis:// or rediss://, of a single server or of one node of a cluster (there without a password)
 *   --postgres URL  postgres://, of a user that may create tables; of a pooler too
 *   --mysql URL     mysql://, the same
 *   --native        by pg-native too, which is compiled for it: needs libpq's headers and a C++ compiler
 *   --mode TEXT     only the modes whose name holds this
 */
import { parseArgs } from 'node:util'
import { holdToLaws, type Mode } from './laws.ts'
import { redisServer } from './redis.ts'
import { mysqlServer, nativeServer, postgresServer } from './sql.ts'

const protocols = {
  redis: ['redis:', 'rediss:'],
  postgres: ['postgres:', 'postgresql:'],
  mysql: ['mysql:'],
} as const

const wish = parsed()
const modes: Mode[] = []
if (wish.redis) modes.push(...(await redisServer(wish.redis)))
if (wish.postgres) modes.push(...postgresServer(wish.postgres))
if (wish.postgres && wish.native) modes.push(...nativeServer(wish.postgres))
if (wish.mysql) modes.push(...mysqlServer(wish.mysql))
const chosen = modes.filter(({ name }) => name.includes(wish.mode))
if (chosen.length === 0) refuse(`--mode ${wish.mode}: there are ${modes.map(({ name }) => name).join('; ')}.`)

let isStopped = false
process.once('SIGINT', () => {
  isStopped = true
})
let broken = 0
for (const mode of chosen) if (!isStopped) broken += (await holdToLaws(mode, () => isStopped)) ? 0 : 1
const kept = isStopped ? 'STOPPED' : broken === 0 ? 'ok' : 'FAILED'
console.log(`${kept}: ${chosen.length} client modes, ${broken} of them broke a law`)
// Clients whose server was never there go on connecting. Not before all is read that was printed.
process.stdout.write('', () => process.exit(kept === 'ok' ? 0 : 1))

function parsed() {
  const options = {
    redis: { type: 'string' },
    postgres: { type: 'string' },
    mysql: { type: 'string' },
    native: { type: 'boolean', default: false },
    mode: { type: 'string', default: '' },
  } as const
  const { values } = tried(() => parseArgs({ options }))
  const { redis, postgres, mysql, native } = values
  if (!redis && !postgres && !mysql) refuse('Say which server: --redis URL, --postgres URL or --mysql URL.')
  if (native && !postgres) refuse('--native needs --postgres URL.')
  for (const kind of ['redis', 'postgres', 'mysql'] as const) refuseOther(kind, values[kind])
  return values
}

function tried<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    return refuse((error as Error).message)
  }
}

/** Without repeating what was given, which may hold a password. */
function refuseOther(kind: keyof typeof protocols, url: string | undefined): void {
  const allowed: readonly string[] = protocols[kind]
  if (url === undefined || (URL.canParse(url) && allowed.includes(new URL(url).protocol))) return
  refuse(
    `--${kind}: a URL that begins with ${allowed.map((protocol) => `${protocol}//`).join(' or ')} is needed.`,
  )
}

function refuse(message: string): never {
  console.error(message)
  process.exit(2)
}
