import assert from 'node:assert/strict'
import { signIn, startApplication } from '../application.ts'
import type { Cases } from '../case.ts'

const session = '__Host-session'

/** What a life of a session is made of, beside ways that lead through other sites. */
export const sessionCases: Cases = {
  async 'a sign-in is kept, and no script sees its cookie'(t, browser) {
    const app = await startApplication(t, browser)
    await browser.open(app.url)
    await browser.shows('nobody is here')
    await signIn(browser, app)
    await browser.click('#on')
    await browser.holds(`location.pathname === '/on' && document.body.innerText.includes('alice is here')`)
    assert.equal(await browser.evaluate('document.cookie'), '')
    assert.ok(app.seen.at(-1)?.cookies.includes(session))
  },

  async 'a secret is renewed under way, and the old one is no longer sent'(t, browser) {
    const app = await startApplication(t, browser)
    const sent: string[] = []
    app.server.prependListener('request', ({ url, headers }) => {
      if (url !== '/favicon.ico') sent.push(headers.cookie ?? '')
    })
    const renewals: string[] = []
    app.sessions.on('session_renewed', ({ reason }) => void renewals.push(reason))
    await signIn(browser, app)
    app.clock.advance('20m')
    await browser.open(`${app.url}/one`)
    app.clock.advance('20m')
    await browser.open(`${app.url}/two`)
    app.clock.advance('21m')
    renewals.splice(0)
    await browser.open(`${app.url}/three`)
    assert.deepEqual(renewals, ['renewal'])
    const before = sent.at(-1)
    await browser.open(`${app.url}/four`)
    await browser.shows('alice is here')
    // Not shown when it fails: they are secrets.
    assert.ok(sent.at(-1)?.includes(session) && sent.at(-1) !== before, 'the same cookie was sent again')
  },

  async 'a logout takes the cookie away, and Back shows nothing of before'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await browser.click('#on')
    await browser.holds(`location.pathname === '/on'`)
    await browser.click('form button')
    await browser.shows('bye')
    assert.deepEqual(await app.sessions.list('alice'), [])
    await browser.back()
    await browser.shows('nobody is here')
    const after = app.seen.slice(app.seen.findIndex(({ request }) => request === 'GET /bye'))
    assert.ok(!after.some(({ cookies }) => cookies.includes(session)), 'the cookie was sent after the logout')
  },

  async 'a logout by 303 leaves nothing in the storage'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await browser.evaluate(`localStorage.setItem('draft', 'of alice')`)
    await browser.click('form button')
    await browser.shows('bye')
    assert.equal(await browser.evaluate(`localStorage.getItem('draft')`), null)
    // Once: what is stored after it stays.
    await browser.evaluate(`localStorage.setItem('draft', 'of a visitor')`)
    await browser.open(`${app.url}/on`)
    assert.equal(await browser.evaluate(`localStorage.getItem('draft')`), 'of a visitor')
  },

  // Chromium keeps the page that a sign-in's 303 led to, whatever changed of the cookie since: decisions/0023.
  async 'the page after the sign-in is not shown either, where it loads itself anew'(t, browser) {
    const app = await startApplication(t, browser)
    await browser.open(`${app.url}/sign-in`)
    await browser.submit({ name: 'alice', next: '/guarded' })
    await browser.shows('alice is here')
    await browser.click('form button')
    await browser.shows('bye')
    await browser.back()
    await browser.shows('nobody is here')
  },

  async 'an open stream ends where its session is ended'(t, browser) {
    const app = await startApplication(t, browser)
    await signIn(browser, app)
    await browser.open(`${app.url}/live`)
    await browser.shows('hello alice')
    await app.sessions.revokeUser('alice')
    await browser.shows('signed out')
  },
}
