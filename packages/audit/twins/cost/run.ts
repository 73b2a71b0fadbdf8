import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gather } from '../../src/gathering/gather.ts'
import { twins } from '../twins.ts'
import { type Gather, measure } from './measure.ts'
import { type Costs, costTable, meanOf } from './table.ts'

/** Simple sites of three kinds, audited with user name and password alone. */
const MEASURED = ['express-session/hardened', 'node:http/hardened', '@fastify/session/hardened']

export interface CostOptions {
  /** Another checkout, measured in turn with this one. */
  readonly before: string | null
  /** Milliseconds that each request takes to the site. */
  readonly delay: number
  readonly runs: number
}

/** `npm run twins -- --cost`: what an audit of a simple site takes, step by step. */
export async function showCost({ before, delay, runs }: CostOptions): Promise<void> {
  const builds: { gather: Gather; runs: Costs[] }[] = [{ gather, runs: [] }]
  if (before !== null) builds.push({ gather: await gatherOf(before), runs: [] })
  const measured = twins.filter(({ name }) => MEASURED.includes(name))
  // The first audit of a process also loads and compiles what it runs.
  for (const { gather } of builds) for (const twin of measured) await measure(gather, twin, 0)
  for (let run = 0; run < runs; run += 1) {
    for (const twin of measured) {
      for (const build of builds) build.runs.push(await measure(build.gather, twin, delay))
    }
  }
  const [now, then] = builds.map(({ runs }) => meanOf(runs))
  const slow = delay > 0 ? `, ${delay} ms to the site` : ''
  console.log(`Mean of ${runs} audits of each of ${measured.map(({ name }) => name).join(', ')}${slow}\n`)
  if (now) console.log(costTable(now, then ?? null))
}

async function gatherOf(folder: string): Promise<Gather> {
  const file = resolve(folder, 'packages/audit/src/gathering/gather.ts')
  const module: { gather: Gather } = await import(pathToFileURL(file).href)
  return module.gather
}
