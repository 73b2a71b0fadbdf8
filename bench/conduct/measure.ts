import { Browser } from './browser.ts'
import type { Column } from './columns.ts'
import { type Race, races, type Scene } from './races.ts'
import { type Site, type Stack, startSite } from './site.ts'

export interface Count {
  readonly happened: number
  readonly trials: number
}

/** What was seen in one column: a count for each race by its id, and what kept a trial from being one. */
export interface Conduct {
  readonly column: Column
  readonly counts: ReadonlyMap<string, Count>
  readonly broken: readonly string[]
}

/** Runs every race `trials` times on every stack of the column, each stack on a server of its own. */
export async function measureConduct(column: Column, trials: number): Promise<Conduct> {
  const counts = new Map<string, Count>()
  const broken: string[] = []
  for (const stack of column.stacks) {
    try {
      await withScene(stack, async (scene) => {
        for (const race of races.filter(({ id }) => !(id in column.impossible))) {
          const seen = await count(race, scene, trials)
          const before = counts.get(race.id) ?? { happened: 0, trials: 0 }
          counts.set(race.id, { happened: before.happened + seen.happened, trials: before.trials + trials })
          if (seen.error !== null) broken.push(`${stack.name}: ${race.title}: ${seen.error}`)
        }
      })
    } catch (error) {
      broken.push(`${stack.name}: ${messageOf(error)}`)
    }
  }
  return { column, counts, broken }
}

async function count(
  race: Race,
  scene: Scene,
  trials: number,
): Promise<{ happened: number; error: string | null }> {
  let happened = 0
  for (let trial = 0; trial < trials; trial++) {
    try {
      if (await race.happens(scene)) happened++
    } catch (error) {
      return { happened, error: messageOf(error) }
    }
  }
  return { happened, error: null }
}

async function withScene(stack: Stack, run: (scene: Scene) => Promise<void>): Promise<void> {
  const sites: Site[] = []
  try {
    const here = await startSite(stack)
    sites.push(here)
    const elsewhere = await startSite(stack)
    sites.push(elsewhere)
    await run({
      visitor: () => new Browser(here),
      visitorElsewhere: () => new Browser(elsewhere),
      bring: (browser) => browser.copy(here),
    })
  } finally {
    for (const site of sites) await site.close()
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
