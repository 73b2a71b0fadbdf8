import { after, test } from 'node:test'
import type { Engine } from './browser.ts'
import type { Cases } from './case.ts'
import { navigationCases } from './cases/navigation.ts'
import { proxyCases } from './cases/proxy.ts'
import { sessionCases } from './cases/sessions.ts'
import { workerCases } from './cases/worker.ts'
import { startBrowser } from './engines.ts'

const all: readonly Cases[] = [sessionCases, navigationCases, workerCases, proxyCases]

/** Runs every case in one browser. */
export async function testIn(engine: Engine): Promise<void> {
  const browser = await startBrowser(engine)
  after(() => browser.close())
  for (const cases of all) {
    for (const [name, run] of Object.entries(cases)) test(`${engine}: ${name}`, (t) => run(t, browser))
  }
}
