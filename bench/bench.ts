/**
 * `npm run bench [-- SECTION... OPTIONS]`: what sessions cost, with Latchkey and with its peers. Exits 1 when a bound
 * that was asked of Latchkey is missed. See docs/performance.md for how to read the tables. Without a section, all:
 *
 *   frameworks       a signed-in GET /me in memory and on SQLite, on each framework, beside the peers' memory stores
 *   memory           bytes per session in the process, beside the peers
 *   stores           Redis, PostgreSQL, MariaDB and the near cache, beside one GET or SELECT and beside the peers
 *   jwt              JSON Web Tokens, with and without a blocklist, beside sessions
 *   revocation       how soon another process refuses what was revoked
 *   sizes            the same requests with 1,000, 100,000 and 1,000,000 sessions; bytes per session of each store
 *   user             listing and revoking a user with 10,000 sessions
 *   tokens           verifying access tokens, beside fast-jwt with its cache and jose
 *   sweep            removing a million ended sessions while serving
 *   import           how long it takes to import Latchkey as it is published, beside its peers, and what is read
 *   mcp              tools/list of a running latchkey-audit mcp, beside its ping
 *
 *   --rounds N       rounds of every server; default 45, 12 with --quick
 *   --window MS      how long each server is asked in a round; default 100
 *   --only TEXT      only the frameworks whose name has this text: node, express, fastify, koa, nest, h3, hono
 *   --rows TEXT      in stores and jwt, only the servers whose name has this text, such as redis
 *   --store TEXT     in revocation, sizes, user and sweep, only the stores whose name has this text
 *   --sessions N     sessions in the memory measurement; default 100000, 10000 with --quick; 0 leaves it out
 *   --before FOLDER  frameworks: only Latchkey's rows, beside those of another checkout (after npm ci) in the same run
 *   --ten-million    sizes: also 10,000,000 sessions in Redis, which takes about 10 GB
 *   --quick          a short run with fewer sessions, for a first look
 *   --json FILE      also writes the numbers there
 *   --charts FOLDER  also writes the pictures there
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { readArguments } from './arguments.ts'
import type { Outcome } from './section.ts'
import { sections } from './sections.ts'
import { boundTable } from './speed/table.ts'

const { names, context, json, charts } = readArguments()
const { plan } = context
const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}`
const date = new Date().toISOString().slice(0, 10)
console.log(
  `${machine}; ${plan.rounds} rounds of ${plan.window} ms, ${plan.connections} connections; ${date}`,
)

const outcomes = new Map<string, Outcome>()
for (const name of names) {
  const section = await sections[name]?.()
  if (!section) throw new Error(`There is no section ${name}.`)
  console.log(`\n## ${name}\n`)
  const outcome = await section(context)
  outcomes.set(name, outcome)
  for (const text of outcome.text) if (text !== '') console.log(`${text}\n`)
  await writeCharts(outcome)
}

const bounds = [...outcomes.values()].flatMap(({ bounds }) => bounds)
if (bounds.length > 0) console.log(`${boundTable(bounds)}\n`)
if (json !== undefined) {
  const results = Object.fromEntries(
    [...outcomes].map(([name, { data, bounds }]) => [name, { data, bounds }]),
  )
  await writeFile(json, `${JSON.stringify({ machine, date, plan, results }, null, 2)}\n`)
}
const missed = bounds.filter(({ met }) => !met).length
console.log(`${missed === 0 ? 'ok' : 'FAILED'}: ${bounds.length - missed} of ${bounds.length} bounds met`)
process.exitCode = missed === 0 ? 0 : 1

async function writeCharts({ charts: drawn }: Outcome): Promise<void> {
  if (charts === undefined) return
  await mkdir(charts, { recursive: true })
  for (const { name, svg } of drawn) await writeFile(join(charts, `${name}.svg`), svg)
}
