import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, type TestContext, test } from 'node:test'
import { createSessions, memoryStore, type Session } from 'latchkey'
import { nodeSession } from 'latchkey/node'
import type { Page } from 'playwright-core'
import { launchChromium } from '../apps/console/test/support/chromium.ts'
import { type Site, startForeignSite, startSite } from './two-sites.ts'

// Sign-in by another site under SameSite=Strict, in a real browser: what docs/browsers.md says of callbacks.

const browser = await launchChromium()
const provider = await startForeignSite()
after(async () => {
  await browser.close()
  await provider.close()
})

interface Data {
  state: string
}

const html = { 'content-type': 'text/html' }

/** OAuth's `state` is in the session, so a callback without the session's cookie proves nothing. */
async function application(req: IncomingMessage, res: ServerResponse, session: Session<Data>): Promise<void> {
  const { pathname, searchParams, origin } = new URL(req.url ?? '/', `http://${req.headers.host}`)
  if (pathname === '/start' || pathname === '/start-form') {
    const state = randomUUID()
    await session.set('state', state)
    const [kind, callback] = pathname === '/start' ? ['link', '/callback'] : ['form-post', '/callback-form']
    const to = new URL(callback, origin)
    if (kind === 'link') to.search = new URLSearchParams({ code: 'c0de', state }).toString()
    const location = `${provider.url}/${kind}?${new URLSearchParams({ to: to.href, state })}`
    res.writeHead(303, { location }).end()
  } else if (pathname === '/callback') {
    await finish(res, session, searchParams)
  } else if (pathname === '/callback-form') {
    // Comes from another site and without the cookie: believed in nothing, only handed on to ourselves.
    const sent = new URLSearchParams(await text(req))
    const fields = ['code', 'state'].map(
      (name) => `<input type="hidden" name="${name}" value="${escaped(sent, name)}">`,
    )
    const form = `<form method="post" action="/callback-own">${fields.join('')}<button>Continue</button></form>`
    res.writeHead(200, html).end(`${form}<script>document.forms[0].submit()</script>`)
  } else if (pathname === '/callback-away') {
    res.writeHead(303, { location: '/' }).end()
  } else if (pathname === '/callback-own') {
    await finish(res, session, new URLSearchParams(await text(req)))
  } else {
    res.writeHead(200, html).end(`<h1 id="app">${session.userId ?? 'nobody'}</h1>`)
  }
}

async function finish(res: ServerResponse, session: Session<Data>, sent: URLSearchParams): Promise<void> {
  const state = session.get('state')
  if (state === undefined || sent.get('state') !== state) {
    res.writeHead(400, html).end('<h1 id="app">state does not match</h1>')
    return
  }
  await session.delete('state')
  await session.login('alice')
  res.writeHead(303, { location: '/' }).end()
}

function escaped(sent: URLSearchParams, name: string): string {
  return (sent.get(name) ?? '').replace(/[^\w.-]/g, (each) => `&#${each.charCodeAt(0)};`)
}

async function open(t: TestContext, { reEntry = true } = {}): Promise<{ app: Site; page: Page }> {
  const sessions = createSessions<Data>({
    store: memoryStore(),
    crossOrigin: { exempt: ['/callback-form', '/callback-away'] },
  })
  const app = await startSite('localhost', nodeSession(sessions, application, { reEntry }))
  const context = await browser.newContext()
  t.after(async () => {
    await context.close()
    await app.close()
    await sessions.close()
  })
  return { app, page: await context.newPage() }
}

test('an OAuth callback by GET finds its session, and signs in', async (t) => {
  const { app, page } = await open(t)
  await page.goto(`${app.url}/start`)
  await page.click('#go')
  await page.waitForSelector('#app')
  assert.equal(await page.textContent('#app'), 'alice')
  assert.deepEqual(
    app.seen.map(({ request, hasCookie }) => `${request.split('?')[0]} ${hasCookie}`),
    ['GET /start false', 'GET /callback false', 'GET /callback true', 'GET / true'],
  )
})

test('the same callback fails without re-entry: the cookie is Strict', async (t) => {
  const { app, page } = await open(t, { reEntry: false })
  await page.goto(`${app.url}/start`)
  await page.click('#go')
  await page.waitForSelector('text=state does not match')
})

test('a form_post callback finds its session by a second, own POST', async (t) => {
  const { app, page } = await open(t)
  await page.goto(`${app.url}/start-form`)
  await page.click('#go')
  await page.waitForSelector('#app')
  assert.equal(await page.textContent('#app'), 'alice')
  assert.deepEqual(
    app.seen.map(({ request, hasCookie }) => `${request} ${hasCookie}`),
    ['GET /start-form false', 'POST /callback-form false', 'POST /callback-own true', 'GET / true'],
  )
})

test('a POST of another site that is answered by a redirect arrives signed in, and is sent once', async (t) => {
  const { app, page } = await open(t)
  await page.goto(`${app.url}/start`)
  await page.click('#go')
  await page.waitForSelector('text=alice')
  app.seen.splice(0)
  await page.goto(`${provider.url}/form-post?${new URLSearchParams({ to: `${app.url}/callback-away` })}`)
  await page.click('#go')
  await page.waitForSelector('text=alice')
  assert.deepEqual(
    app.seen.map(({ request, hasCookie }) => `${request} ${hasCookie}`),
    ['POST /callback-away false', 'GET / false', 'GET / true'],
  )
})

test('a callback that another browser started is refused, by GET and by form_post', async (t) => {
  const { app, page } = await open(t)
  await page.goto(`${app.url}/start`)
  for (const [kind, path] of [
    ['link', '/callback?code=theirs&state=theirs'],
    ['form-post', '/callback-form'],
  ]) {
    const query = new URLSearchParams({ to: `${app.url}${path}`, state: 'theirs' })
    await page.goto(`${provider.url}/${kind}?${query}`)
    await page.click('#go')
    await page.waitForSelector('text=state does not match')
  }
})
