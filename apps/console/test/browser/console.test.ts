import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { until } from '../../../../servers/until.ts'
import { openBrowser, signIn, signUp } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { siteUser, startSite } from '../support/site.ts'
import { startConsole } from '../support/start.ts'

const browser = await launchChromium()
const site = await startSite()
const { url, close } = await startConsole()
after(async () => {
  await browser.close()
  await close()
  await site.close()
})

const open = (t: TestContext, javaScriptEnabled = true) => openBrowser(t, browser, javaScriptEnabled)

// Of all pages only an audit's has a script (hardening.test.ts).
test('sign up, sign in, end a session in another browser and see it fall out', async (t) => {
  const { page } = await open(t, false)
  await signUp(page, url, 'grace')
  await signIn(page, url, 'grace')
  const other = await open(t, false)
  await signIn(other.page, url, 'grace')

  await page.click('nav >> text=Devices')
  assert.equal(await page.locator('.device').count(), 2)
  assert.match((await page.textContent('.device.own h2')) ?? '', /Chromium on Linux\s+This device/)
  assert.match((await page.textContent('.device.own')) ?? '', /127\.0\.0\.1/)
  await page.click('.device:not(.own) >> text=End')
  await page.waitForURL('**/devices?notice=ended')
  assert.equal(await page.locator('.device').count(), 1)

  await other.page.click('nav >> text=History')
  await other.page.waitForURL('**/sign-in?next=%2Faudits')
  assert.equal(await other.page.locator('nav >> text=Sign out').count(), 0)
  await page.click('nav >> text=Sign out')
  await page.waitForURL('**/sign-in?notice=signed-out')
  assert.deepEqual(await page.context().cookies(), [])
})

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with JavaScript' : 'without JavaScript'
  const name = javaScript ? 'ada' : 'grace'

  test(`${how}: audit a site behind its sign-in and read the report`, async (t) => {
    const { page } = await open(t, javaScript)
    await signUp(page, url, `${name}-2`)
    await signIn(page, url, `${name}-2`)
    await page.click('nav >> text=New audit')
    await page.fill('#url', site.url)
    await page.fill('#username', siteUser.username)
    await page.fill('#password', siteUser.password)
    await page.check('#permission')
    await page.click('text=Start the audit')
    await page.waitForSelector('#progress')
    await page.waitForSelector('.lk-report', { timeout: 60_000 })

    assert.match((await page.textContent('#lk-outcome')) ?? '', /findings, the worst is/)
    const evidence = page.locator('#lk-logout details')
    assert.equal(await evidence.locator('pre').first().isVisible(), false)
    await evidence.locator('summary').click()
    assert.equal(await evidence.locator('pre').first().isVisible(), true)
    const download = page.waitForEvent('download')
    await page.click('text=Download HTML')
    assert.equal((await download).suggestedFilename(), 'latchkey-localhost.html')
    await page.click('nav >> text=History')
    assert.match((await page.textContent('.history')) ?? '', /failed/)
  })
}

test('with JavaScript: progress arrives without the page being loaded again', async (t) => {
  const { page } = await open(t)
  const held = await startSite({ hold: true })
  t.after(() => held.close())
  await page.goto(url)
  await page.fill('#url', held.url)
  await page.check('#permission')
  await page.click('text=Start a passive audit')
  await page.waitForSelector('#steps li.started')
  // The observer lives as long as this document: what it saw came without the page being loaded again.
  await page.evaluate(() => {
    const keep = () => sessionStorage.setItem('seen', document.querySelector('#steps')?.textContent ?? '')
    new MutationObserver(keep).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  held.release()
  await page.waitForSelector('.lk-report', { timeout: 60_000 })
  assert.match((await page.evaluate(() => sessionStorage.getItem('seen'))) ?? '', /done/)
  assert.match((await page.textContent('.notice')) ?? '', /for this browser only/)
})

for (const status of [204, 429]) {
  test(`a page whose stream is answered with ${status} is loaded again, and not at once`, async (t) => {
    const { page } = await open(t)
    const held = await startSite({ hold: true })
    t.after(() => held.close())
    // What the page waits for, and what it does then. The timers of who drives the browser go on.
    await page.addInitScript(() => {
      const { setTimeout: wait } = globalThis
      Object.assign(globalThis, {
        setTimeout: (then: () => void, milliseconds: number) =>
          milliseconds === 2000 ? Object.assign(globalThis, { reloadNow: then }) : wait(then, milliseconds),
      })
    })
    await page.route('**/events', (route) => route.fulfill({ status }))
    await page.goto(url)
    await page.fill('#url', held.url)
    await page.check('#permission')
    await page.click('text=Start a passive audit')
    await page.waitForSelector('#progress')
    await until('the page has set its timer of two seconds', () => page.evaluate("'reloadNow' in globalThis"))
    held.release()
    await until('the page that was loaded again is the report', async () => {
      // Once for each document: what is being loaded is not begun anew. Meanwhile there may be no document to ask.
      await page
        .evaluate('globalThis.reloadNow?.(), (globalThis.reloadNow = undefined)')
        .catch(() => undefined)
      return await page.locator('.lk-report').isVisible()
    })
  })
}

test('nothing is wider than a phone of 360 pixels', async (t) => {
  const { page } = await open(t)
  await page.setViewportSize({ width: 360, height: 740 })
  const visitorPages = ['/', '/sign-in?notice=sign-up', '/sign-up', '/audits/new']
  const userPages = [
    '/',
    '/audits/new',
    '/audits',
    '/devices',
    '/account',
    '/account/delete',
    '/activity',
    '/confirm',
  ]
  const longName = 'a-name-of-thirty-two-characters-'.replace(/-$/, 's')
  for (const paths of [visitorPages, userPages]) {
    for (const path of paths) {
      await page.goto(url + path)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.ok(width <= 360, `${path} is ${width} pixels wide`)
    }
    if (paths === visitorPages) {
      await signUp(page, url, longName)
      await signIn(page, url, longName)
    }
  }
})
