/**
 * `npm run compare [-- --quick] [--charts FOLDER]`: sessions at the server beside tokens that are verified elsewhere, measured
 * in one run. What a validation costs, what a request carries, how soon a logout is obeyed in another process, and what happens
 * while the store stands still. docs/sessions-or-tokens.md says how to decide by it.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { newKeys } from 'latchkey/tokens'
import { startPostgres } from '../../servers/postgres.ts'
import { startRedis } from '../../servers/redis.ts'
import { addressVariables } from '../backends/addresses.ts'
import { secret } from '../peers.ts'
import { columns } from '../speed/table.ts'
import { compareChart } from './chart.ts'
import { costsOf } from './cost.ts'
import { type Obeyed, obeyedBy, outageOf } from './obeyed.ts'
import { type Shared, waysOf } from './ways.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, charts: { type: 'string' } },
})
/** How late the feed may be, as a multiple of the near cache. */
const mostLate = 1.5
let missed = false
const redis = await startRedis()
const postgres = await startPostgres({ settings: { fsync: 'on' } })
process.env[addressVariables.redis] = redis.url
process.env[addressVariables.postgres] = postgres.url
try {
  const shared: Shared = {
    keys: {
      EdDSA: await newKeys({ algorithms: ['EdDSA'] }),
      ES256: await newKeys({ algorithms: ['ES256'] }),
      RS256: await newKeys({ algorithms: ['RS256'] }),
      HS256: await newKeys({ algorithms: ['HS256'] }),
    },
    password: secret,
  }
  const ways = waysOf(shared)
  const costs = await costsOf(ways, values.quick ? 5 : 21, values.quick ? 500 : 2000)
  const count = values.quick ? 20 : 500
  const rows: string[][] = []
  const obeyed = new Map<string, Obeyed>()
  for (const way of ways) {
    const cost = costs.find(({ name }) => name === way.name)
    if (!cost) continue
    const { name, logout } = way
    const late = logout ? await obeyedBy(way, shared, logout === 'obeyed' ? count : 1) : undefined
    if (late !== undefined) obeyed.set(name, late)
    const outage = logout ? await outageOf(way, shared, way.server === 'postgres' ? postgres : redis) : ''
    const { low, median, high } = cost.cpu
    rows.push([
      name,
      median.toFixed(1),
      `${low.toFixed(1)}..${high.toFixed(1)}`,
      String(cost.bytes),
      lateText(late),
      outage,
    ])
  }
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}; ${new Date().toISOString().slice(0, 10)}\n`,
  )
  console.log(
    columns([
      [
        '',
        'CPU µs a validation',
        'quartiles',
        'bytes a request',
        'ms until a logout is obeyed: p50, p99',
        'store stands still',
      ],
      ...rows,
    ]),
  )
  for (const server of ['Redis', 'PostgreSQL']) {
    const feed = obeyed.get(`latchkey token, feed by ${server}`)
    const cache = obeyed.get(`session, ${server}, near cache`)
    if (!feed || !cache) throw new Error(`A logout was not obeyed with ${server}.`)
    const ratio = feed.p99 / cache.p99
    const isMet = ratio <= mostLate
    console.log(
      `\na logout by feed on ${server}, p99 to the near cache's: ${ratio.toFixed(2)}, asked at most ${mostLate}: ${isMet ? 'met' : 'MISSED'}`,
    )
    if (!isMet) missed = true
  }
  if (values.charts !== undefined) {
    await mkdir(values.charts, { recursive: true })
    const { name, svg } = compareChart(costs)
    await writeFile(join(values.charts, `${name}.svg`), svg)
  }
  // Its clients would keep it, and take servers that are stopped for a fault. Those end with this process.
  process.exit(missed ? 1 : 0)
} catch (error) {
  await Promise.all([redis.stop(), postgres.stop()])
  throw error
}

function lateText(late: Obeyed | undefined): string {
  if (late === undefined) return ''
  return late === null ? 'not before it expires' : `${late.p50.toFixed(1)}, ${late.p99.toFixed(1)}`
}
