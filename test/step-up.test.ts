import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import express from 'express'
import { createSessions, isSessionError, memoryStore, returnPath, withReturnPath } from 'latchkey'
import { expressSession } from 'latchkey/express'
import { type FakeClock, fakeClock } from 'latchkey/testing'
import type { BrowserContext } from 'playwright-core'
import { launchChromium } from '../apps/console/test/support/chromium.ts'
import { follow, type Site, startForeignSite, startSite } from './two-sites.ts'

// Step-up in a real browser: what docs/browsers.md shows, with Express.

const browser = await launchChromium()
const foreign = await startForeignSite()
after(async () => {
  await browser.close()
  await foreign.close()
})

interface Opened {
  readonly app: Site
  readonly clock: FakeClock
  readonly context: BrowserContext
}

/** An application whose payments ask for a sign-in of the last ten minutes; its user signed in eleven ago. */
async function open(t: TestContext): Promise<Opened> {
  const clock = fakeClock()
  const sessions = createSessions({ store: memoryStore(), now: clock.now })
  const redirects = { reauthentication_required: '/confirm' }
  const session = expressSession(sessions, { reEntry: true, redirects })
  const app = express()
  app.set('env', 'test')
  app.use(session.middleware)
  app.get('/login', async (req, res) => {
    await session(req).login('alice')
    res.send('<h1 id="app">signed in</h1>')
  })
  app.get('/payments', (req, res) => {
    session(req).requireFresh('10m')
    res.send(`<h1 id="app">payment ${req.query.id}</h1><form method="post"><button>Pay</button></form>`)
  })
  // A POST names the page to come back to by itself: its own address would be another page by GET.
  app.post('/payments', (req, res) => {
    try {
      session(req).requireFresh('10m')
      res.send('<h1 id="app">paid</h1>')
    } catch (error) {
      if (!isSessionError(error) || error.code !== 'reauthentication_required') throw error
      res.redirect(303, withReturnPath('/confirm', `/payments?id=${req.query.id}`))
    }
  })
  app.get('/confirm', (_req, res) => {
    res.send('<h1 id="app">confirm</h1><form method="post"><button>It is me</button></form>')
  })
  // The form has no action, so it keeps the query of its page.
  app.post('/confirm', async (req, res) => {
    await session(req).reauthenticate({ methods: ['pwd'] })
    res.redirect(303, returnPath(req.query.return_to))
  })
  app.get('/', (_req, res) => void res.send('<h1 id="app">home</h1>'))
  app.use(session.errorHandler)
  const site = await startSite('localhost', app)
  const context = await browser.newContext()
  t.after(async () => {
    await context.close()
    await site.close()
    await sessions.close()
  })
  const page = await context.newPage()
  await page.goto(`${site.url}/login`)
  clock.advance('11m')
  return { app: site, clock, context }
}

test('a page that asks for a fresh sign-in is come back to, also from a link in a mail', async (t) => {
  const { app, context } = await open(t)
  const page = await follow(context, foreign, 'link', `${app.url}/payments?id=7&x=a%26b`)
  assert.equal(page.url(), `${app.url}/confirm?return_to=%2Fpayments%3Fid%3D7%26x%3Da%2526b`)
  await page.click('button')
  await page.waitForSelector('text=payment 7')
  assert.equal(page.url(), `${app.url}/payments?id=7&x=a%26b`)
})

test('a form that was open for too long comes back to its page, and nothing is paid', async (t) => {
  const { app, clock, context } = await open(t)
  const page = await follow(context, foreign, 'link', `${app.url}/payments?id=7`)
  await page.click('button')
  await page.waitForSelector('text=payment 7')
  clock.advance('11m')
  await page.click('button')
  await page.waitForSelector('text=confirm')
  await page.click('button')
  await page.waitForSelector('text=payment 7')
  await page.click('button')
  await page.waitForSelector('text=paid')
})

test('a way back that leads to another site leads home', async (t) => {
  const { app, context } = await open(t)
  const page = await context.newPage()
  const { host } = new URL(foreign.url)
  for (const path of [foreign.url, `//${host}/`, `/\\${host}/`, `/\t/${host}/`, `/%5c${host}/`]) {
    await page.goto(`${app.url}/confirm?return_to=${encodeURIComponent(path)}`)
    await page.click('button')
    await page.waitForSelector('text=home')
    assert.equal(page.url(), `${app.url}/`, JSON.stringify(path))
  }
})
