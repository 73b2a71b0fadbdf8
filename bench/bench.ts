/**
 * `npm run bench [-- OPTIONS]`: what a signed-in `GET /me` costs with Latchkey and with its peers, each beside the
 * bare framework, in one interleaved run; then the memory that a session takes.
 * Exits 1 when a bound that was asked of Latchkey is missed. See docs/performance.md for how to read the tables.
 *
 *   --rounds N       rounds of every server; default 15, 5 with --quick
 *   --window MS      how long each server is asked in a round; default 500, 250 with --quick
 *   --only TEXT      only the frameworks whose name has this text: node, express, fastify, koa, hono
 *   --sessions N     sessions in the memory measurement; default 100000, 10000 with --quick; 0 leaves it out
 *   --quick          a short run, for a first look
 *   --json FILE      also writes the numbers there
 */
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { boundsOf } from './speed/bounds.ts'
import { groups as allGroups } from './speed/groups.ts'
import { measureGroups } from './speed/measure.ts'
import { measureFootprints } from './speed/memory.ts'
import { resultsOf } from './speed/results.ts'
import { boundTable, footprintTable, speedTable } from './speed/table.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    window: { type: 'string' },
    only: { type: 'string', default: '' },
    sessions: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const { quick, only } = values
const rounds = number('rounds', values.rounds, quick ? 5 : 15, 1)
const window = number('window', values.window, quick ? 250 : 500, 1)
const sessions = number('sessions', values.sessions, quick ? 10_000 : 100_000, 0)
const groups = allGroups.filter(({ framework }) => framework.includes(only))
if (groups.length === 0)
  fail(`--only ${only} matches no framework. Write node, express, fastify, koa or hono.`)

const plan = { rounds, window, connections: 64, warmUp: quick ? 1000 : 2000 }
const machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}`
console.log(`${machine}; ${rounds} rounds of ${window} ms, ${plan.connections} connections\n`)

const measured = await measureGroups(groups, plan, (round) => note(`round ${round + 1} of ${rounds}`))
const results = resultsOf(groups, measured)
const bounds = boundsOf(results)
console.log(`${speedTable(results)}\n`)

const footprints = sessions > 0 ? await measureFootprints(sessions, note) : []
if (sessions > 0) console.log(`${footprintTable(footprints, sessions)}\n`)

console.log(`${boundTable(bounds)}\n`)
if (values.json !== undefined) {
  const report = { machine, plan, results, sessions, footprints, bounds }
  await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`)
}
const missed = bounds.filter(({ met }) => !met).length
console.log(`${missed === 0 ? 'ok' : 'FAILED'}: ${bounds.length - missed} of ${bounds.length} bounds met`)
process.exitCode = missed === 0 ? 0 : 1

function number(name: string, text: string | undefined, otherwise: number, least: number): number {
  const value = text === undefined ? otherwise : Number(text)
  return Number.isInteger(value) && value >= least
    ? value
    : fail(`--${name} ${text} is not a whole number of at least ${least}.`)
}

function note(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}\r`)
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
