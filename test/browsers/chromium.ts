import { chromium } from 'playwright-core'
import { chromiumArguments, chromiumPath } from '../../apps/console/test/support/chromium.ts'
import type { Driver } from './browser.ts'

/** Debian's Chromium, with a profile that playwright makes and removes. */
export async function startChromium(): Promise<Driver> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [...chromiumArguments],
    // What users have: without it Back shows nothing of the back/forward cache.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  return {
    async open(address) {
      await page.goto(address)
    },
    async back() {
      await page.goBack({ waitUntil: 'commit' })
    },
    evaluate: (expression) => page.evaluate(expression),
    click: (selector) => page.click(selector),
    screenshot: () => page.screenshot(),
    close: () => browser.close(),
  }
}
