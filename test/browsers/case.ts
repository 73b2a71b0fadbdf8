import { after, type TestContext, test } from 'node:test'
import type { Browser, Engine } from './browser.ts'
import { navigationCases } from './cases/navigation.ts'
import { sessionCases } from './cases/sessions.ts'
import { startBrowser } from './engines.ts'

/** What must hold in every browser, by its name. Each makes a site of its own, so that no cookie is left from another. */
export type Cases = Readonly<Record<string, (t: TestContext, browser: Browser) => Promise<void>>>

const all: readonly Cases[] = [sessionCases, navigationCases]

/** Runs every case in one browser. */
export async function testIn(engine: Engine): Promise<void> {
  const browser = await startBrowser(engine)
  after(() => browser.close())
  for (const cases of all) {
    for (const [name, run] of Object.entries(cases)) test(`${engine}: ${name}`, (t) => run(t, browser))
  }
}
