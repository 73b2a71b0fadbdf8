import assert from 'node:assert/strict'
import { type Application, signIn, startApplication } from '../application.ts'
import type { Browser } from '../browser.ts'
import type { Cases } from '../case.ts'

// Where a service worker answers navigations by fetching them itself, what browsers say of a request is said of the
// worker: Sec-Fetch-Dest is empty, and Firefox and WebKit call it same-origin wherever it began (decisions/0023).

async function install(browser: Browser, worker: string): Promise<void> {
  await browser.evaluate(`void navigator.serviceWorker.register('${worker}')`)
  await browser.holds('navigator.serviceWorker.controller !== null')
}

async function follow(browser: Browser, { foreign }: Application, kind: string, to: string): Promise<void> {
  await browser.open(`${foreign.url}/${kind}?to=${encodeURIComponent(to)}`)
  await browser.click('#go')
}

export const workerCases: Cases = {
  async 'a service worker that leaves pages alone changes nothing'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await install(browser, '/worker-but-for-pages.js')
    await follow(browser, app, 'link', `${app.url}/inbox`)
    await browser.shows('alice is here')
    await follow(browser, app, 'form', `${app.url}/logout`)
    await browser.shows('came from another site and was refused')
  },

  async 'through a service worker, links of other sites arrive signed in but in Firefox'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await install(browser, '/worker.js')
    await follow(browser, app, 'link', `${app.url}/inbox`)
    await browser.shows(browser.engine === 'Firefox' ? 'nobody is here' : 'alice is here')
    // Nobody is signed out by it: the next page of ours has the cookie.
    await browser.click('#on')
    await browser.holds(`location.pathname === '/on' && document.body.innerText.includes('alice is here')`)
  },

  async 'through a service worker, step-up leads to its page but in Firefox'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await install(browser, '/worker.js')
    app.clock.advance('11m')
    await browser.evaluate(`void (location.href = '/payments')`)
    await browser.shows(browser.engine === 'Firefox' ? 'Confirm who you are to do this' : 'It is me')
  },

  async 'through a service worker, a form of another site ends no session'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await install(browser, '/worker.js')
    await follow(browser, app, 'form', `${app.url}/logout`)
    // Firefox gives it our own Origin: only the Strict cookie stays away, and tokens tell.
    await browser.shows(browser.engine === 'Firefox' ? 'bye' : 'came from another site and was refused')
    assert.equal((await app.sessions.list('alice')).length, 1)
    await follow(browser, app, 'form', `${app.url}/guarded-by-token`)
    const refusal = browser.engine === 'Firefox' ? 'This form is out of date' : 'came from another site'
    await browser.shows(refusal)
  },
}
