import { until } from '../servers/until.ts'
import type { Browser } from './browser.ts'
import type { Ticket } from './oracle.ts'
import { logOut, visit } from './steps.ts'

/**
 * When all is well again: what was uncertain is found out, through every process; what is still live is logged out;
 * and nothing that has ended is let in. Rejects when that cannot be had, though nothing is wrong with the store.
 */
export async function settle(browsers: readonly Browser[]): Promise<void> {
  await Promise.all(
    browsers.map(async (browser) => {
      await lookEverywhere(browser, [...browser.stock, ...browser.ghosts])
      browser.sort()
      await until(`${browser.user} is logged out everywhere`, async () => {
        for (const ticket of browser.stock) await logOut(browser, ticket)
        browser.sort()
        return browser.stock.length === 0
      })
      await lookEverywhere(browser, browser.ghosts)
      await visit(browser)
    }),
  )
}

async function lookEverywhere(browser: Browser, tickets: readonly Ticket[]): Promise<void> {
  for (const ticket of tickets) {
    for (const port of browser.ports) {
      await until(`${browser.user} is answered`, async () =>
        browser.oracle.looked(ticket, await browser.ask('/me', ticket.token, { port })),
      )
    }
  }
}
