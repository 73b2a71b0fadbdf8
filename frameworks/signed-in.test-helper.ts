import { after } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../apps/console/test/support/chromium.ts'

/** The example that `npm run frameworks` has started. */
export const url = process.env.EXAMPLE_URL ?? ''
const password = process.env.EXAMPLE_PASSWORD ?? ''

let browser: Browser | null = null
after(() => browser?.close())

/** A browser with nothing in it, and one tab; signed in, on the account's page. */
export async function signedIn(): Promise<{ context: BrowserContext; page: Page }> {
  browser ??= await launchChromium()
  const context = await browser.newContext({ baseURL: url })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  await page.goto('/login', { waitUntil: 'networkidle' })
  await page.fill('[name=username]', 'alice')
  await page.fill('[name=password]', password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(({ pathname }) => pathname === '/account')
  await page.getByText('role user').waitFor()
  return { context, page }
}
