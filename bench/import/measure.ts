import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Spread, spreadOf } from '../speed/statistics.ts'

/** What an application imports for its sessions. */
export interface Contender {
  readonly name: string
  readonly imported: readonly string[]
}

export interface Imported {
  readonly name: string
  readonly milliseconds: Spread
  readonly files: number
  readonly bytes: number
}

interface Printed {
  readonly took: number
  readonly bytes: number
  readonly files: number
  readonly builtins: readonly string[]
}

/** An entry of the built package. */
export function built(entry: string): string {
  return pathToFileURL(resolve('packages/session/dist/lib', entry)).href
}

/**
 * How long each takes to import beyond `before`, and beyond the modules of Node's own that all of them load, in processes
 * of their own, one after the other in each round.
 */
export function measureImports(
  contenders: readonly Contender[],
  before: readonly string[],
  rounds: number,
): Imported[] {
  const looks = contenders.map((contender) => ask({ ...contender, before, builtins: [], isLooking: true }))
  const [first, ...rest] = looks
  const builtins = (first?.builtins ?? []).filter((name) =>
    rest.every((look) => look.builtins.includes(name)),
  )
  const took = contenders.map((): number[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [at, contender] of contenders.entries())
      took[at]?.push(ask({ ...contender, before, builtins, isLooking: false }).took)
  return contenders.map(({ name }, at) => ({
    name,
    milliseconds: spreadOf(took[at] ?? []),
    files: looks[at]?.files ?? 0,
    bytes: looks[at]?.bytes ?? 0,
  }))
}

// Run where the peers are installed.
function ask(
  asked: Contender & { before: readonly string[]; builtins: readonly string[]; isLooking: boolean },
) {
  const child = join(import.meta.dirname, 'child.ts')
  const { stdout, stderr } = spawnSync(process.execPath, [child, JSON.stringify(asked)], { encoding: 'utf8' })
  if (stdout === '') throw new Error(`${asked.name} cannot be imported: ${stderr}`)
  return JSON.parse(stdout) as Printed
}
