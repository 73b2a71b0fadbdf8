import type { TestContext } from 'node:test'
import type { Browser } from './browser.ts'

/** What must hold in every browser, by its name. Each makes a site of its own, so that no cookie is left from another. */
export type Cases = Readonly<Record<string, (t: TestContext, browser: Browser) => Promise<void>>>
