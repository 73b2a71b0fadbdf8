import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { after, test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import { Hono } from 'hono'
import { createSessions, memoryStore, type Session, type Sessions } from 'latchkey'
import { expressSession } from 'latchkey/express'
import { fetchSession } from 'latchkey/fetch'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import { nodeSession } from 'latchkey/node'
import type { BrowserContext } from 'playwright-core'
import { launchChromium } from '../apps/console/test/support/chromium.ts'
import { follow, type Site, startForeignSite, startSite } from './two-sites.ts'

// SameSite=Strict in a real browser: who follows a link of another site is signed in all the same.

const browser = await launchChromium()
const foreign = await startForeignSite()
after(async () => {
  await browser.close()
  await foreign.close()
})

const html = { 'content-type': 'text/html' }

/** `/login` signs in; every other path shows who is. */
async function pageFor(session: Session, path: string): Promise<string> {
  if (path === '/login') await session.login('alice')
  return `<h1 id="app">${session.userId ?? 'nobody'}</h1><a id="on" href="/on">on</a>`
}

const adapters: Readonly<Record<string, (sessions: Sessions, reEntry: boolean) => RequestListener>> = {
  node: (sessions, reEntry) =>
    nodeSession(
      sessions,
      async (req, res, session) => {
        const page = await pageFor(session, req.url ?? '/')
        res.writeHead(200, html).end(page)
      },
      { reEntry },
    ),
  express(sessions, reEntry) {
    const app = express()
    const session = expressSession(sessions, { reEntry })
    app.use(session.middleware)
    app.use(async (req, res) => void res.send(await pageFor(session(req), req.path)))
    return app
  },
  hono(sessions, reEntry) {
    const app = new Hono<{ Variables: SessionVariables }>()
    app.use(honoSession(sessions, { reEntry }))
    app.all('*', async (c) => c.html(await pageFor(c.var.session, c.req.path)))
    return getRequestListener(app.fetch)
  },
  fetch: (sessions, reEntry) =>
    getRequestListener(
      fetchSession(
        sessions,
        async (request, session) =>
          new Response(await pageFor(session, new URL(request.url).pathname), { headers: html }),
        { reEntry },
      ),
    ),
}

interface Opened {
  readonly app: Site
  readonly context: BrowserContext
}

/** An application, and a browser that is signed in at it. */
async function open(
  t: { after(done: () => Promise<void>): void },
  { adapter = 'node', reEntry = true, javaScriptEnabled = true, signedIn = true } = {},
): Promise<Opened> {
  const sessions = createSessions({ store: memoryStore(), crossOrigin: { exempt: ['/exempt'] } })
  const listener = adapters[adapter]?.(sessions, reEntry)
  assert.ok(listener)
  const app = await startSite('localhost', listener)
  const context = await browser.newContext({ javaScriptEnabled })
  t.after(async () => {
    await context.close()
    await app.close()
    await sessions.close()
  })
  if (signedIn) {
    const page = await context.newPage()
    await page.goto(`${app.url}/login`)
    await page.close()
  }
  app.seen.splice(0)
  return { app, context }
}

const foreignThenOwn = (request: string, hasCookie = true) => [
  { request, site: 'cross-site', hasCookie: false },
  { request, site: 'same-origin', hasCookie },
]

for (const adapter of Object.keys(adapters)) {
  test(`${adapter}: a link of another site arrives signed in, on the second request`, async (t) => {
    const { app, context } = await open(t, { adapter })
    const page = await follow(context, foreign, 'link', `${app.url}/inbox?id=7`)
    assert.equal(await page.textContent('#app'), 'alice')
    assert.deepEqual(app.seen, foreignThenOwn('GET /inbox?id=7'))
    assert.equal(page.url(), `${app.url}/inbox?id=7`)
  })
}

test('without re-entry the same link arrives signed out: the cookie is Strict', async (t) => {
  const { app, context } = await open(t, { reEntry: false })
  const page = await follow(context, foreign, 'link', `${app.url}/inbox`)
  assert.equal(await page.textContent('#app'), 'nobody')
  assert.deepEqual(app.seen, foreignThenOwn('GET /inbox').slice(0, 1))
})

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts'

  test(`${how}: without a cookie there is one more request, and no loop`, async (t) => {
    const { app, context } = await open(t, { signedIn: false, javaScriptEnabled })
    const page = await follow(context, foreign, 'link', `${app.url}/inbox`)
    assert.equal(await page.textContent('#app'), 'nobody')
    assert.deepEqual(app.seen, foreignThenOwn('GET /inbox', false))
  })

  test(`${how}: Back leads to the other site, Forward and reloading stay signed in`, async (t) => {
    const { app, context } = await open(t, { javaScriptEnabled })
    const page = await follow(context, foreign, 'link', `${app.url}/inbox`)
    await page.reload()
    assert.equal(await page.textContent('#app'), 'alice')
    await page.goBack()
    assert.equal(await page.textContent('h1'), 'foreign')
    await page.goForward()
    assert.equal(await page.textContent('#app'), 'alice')
    await page.click('#on')
    await page.waitForURL('**/on')
    await page.goBack()
    assert.deepEqual([page.url(), await page.textContent('#app')], [`${app.url}/inbox`, 'alice'])
    await page.goBack()
    assert.equal(await page.textContent('h1'), 'foreign')
    assert.deepEqual(
      app.seen.filter(({ hasCookie }) => !hasCookie),
      foreignThenOwn('GET /inbox').slice(0, 1),
    )
  })

  test(`${how}: a link to a part of a page arrives`, async (t) => {
    const { app, context } = await open(t, { javaScriptEnabled })
    for (const path of ['/inbox', '/inbox?id=7']) {
      const page = await follow(context, foreign, 'link', `${app.url}${path}#part`)
      assert.equal(await page.textContent('#app'), 'alice')
      // Only a script knows of the part.
      assert.equal(page.url(), `${app.url}${path}${javaScriptEnabled ? '#part' : ''}`)
      assert.deepEqual(app.seen.splice(0), foreignThenOwn(`GET ${path}`))
    }
  })
}

test('a redirect of another site is entered again too', async (t) => {
  const { app, context } = await open(t)
  const redirect = `${foreign.url}/redirect?to=${encodeURIComponent(`${app.url}/inbox`)}`
  const page = await follow(context, foreign, 'link', redirect)
  assert.equal(await page.textContent('#app'), 'alice')
  assert.deepEqual(app.seen, foreignThenOwn('GET /inbox'))
})

test('a form of another site is never sent twice', async (t) => {
  const { app, context } = await open(t)
  // Lax+POST does not apply: the cookie is Strict.
  const page = await follow(context, foreign, 'form', `${app.url}/exempt`)
  assert.equal(await page.textContent('#app'), 'nobody')
  assert.deepEqual(app.seen, [{ request: 'POST /exempt', site: 'cross-site', hasCookie: false }])
})

test('a frame in a page of another site stays signed out', async (t) => {
  const { app, context } = await open(t)
  const page = await context.newPage()
  await page.goto(`${foreign.url}/frame?to=${encodeURIComponent(`${app.url}/inbox`)}`)
  assert.equal(await page.frameLocator('iframe').locator('#app').textContent(), 'nobody')
  assert.deepEqual(app.seen, foreignThenOwn('GET /inbox').slice(0, 1))
})
