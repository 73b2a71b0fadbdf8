import assert from 'node:assert/strict'
import { type Application, signIn, startApplication } from '../application.ts'
import type { Browser } from '../browser.ts'
import type { Cases } from '../case.ts'

const session = '__Host-session'

/** Follows a link of the other site. */
async function follow(browser: Browser, { foreign }: Application, to: string): Promise<void> {
  await browser.open(`${foreign.url}/link?to=${encodeURIComponent(to)}`)
  await browser.click('#go')
}

/** What reached the application, with `+` where the session's cookie came along. */
function arrivals({ seen }: Application): string[] {
  return seen.map(
    ({ request, site, cookies }) => `${request} ${site} ${cookies.includes(session) ? '+' : '-'}`,
  )
}

/** Ways into the application that lead through another site, with SameSite=Strict. */
export const navigationCases: Cases = {
  async 'a link of another site arrives signed in, with its part of the page'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await follow(browser, app, `${app.url}/inbox?id=7#part`)
    await browser.shows('alice is here')
    assert.equal(await browser.address(), `${app.url}/inbox?id=7#part`)
    assert.deepEqual(arrivals(app), ['GET /inbox?id=7 cross-site -', 'GET /inbox?id=7 same-origin +'])
    await browser.back()
    await browser.shows('foreign')
  },

  async 'a visitor who follows such a link is a visitor, after one request more'(t, browser) {
    const app = await startApplication(t, browser)
    await follow(browser, app, `${app.url}/inbox`)
    await browser.shows('nobody is here')
    assert.deepEqual(arrivals(app), ['GET /inbox cross-site -', 'GET /inbox same-origin -'])
  },

  async 'a form of another site is refused, and sent once'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await browser.open(`${app.foreign.url}/form?to=${encodeURIComponent(`${app.url}/logout`)}`)
    await browser.click('#go')
    await browser.shows('came from another site and was refused')
    assert.deepEqual(arrivals(app), ['POST /logout cross-site -'])
    assert.equal((await app.sessions.list('alice')).length, 1)
  },

  async 'step-up leads to its page and back, from a link of another site too'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    app.clock.advance('11m')
    await follow(browser, app, `${app.url}/payments?id=7&x=a%26b`)
    await browser.shows('It is me')
    assert.equal(await browser.address(), `${app.url}/confirm?return_to=%2Fpayments%3Fid%3D7%26x%3Da%2526b`)
    await browser.click('button')
    await browser.shows('the payments')
    assert.equal(await browser.address(), `${app.url}/payments?id=7&x=a%26b`)
  },

  async 'Back from another site leads to the page, signed in'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await browser.open(`${app.url}/next?away=${encodeURIComponent(app.foreign.url)}`)
    await browser.click('#away')
    await browser.shows('foreign')
    await browser.back()
    await browser.shows('alice is here')
  },

  async 'an address from a mail that another site redirects here arrives signed in'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await browser.open(`${app.foreign.url}/redirect?to=${encodeURIComponent(`${app.url}/inbox`)}`)
    await browser.shows('alice is here')
    assert.equal(await browser.address(), `${app.url}/inbox`)
  },
}
