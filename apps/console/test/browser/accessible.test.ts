import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test, { after } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser, signIn, signUp } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { siteUser, startSite } from '../support/site.ts'
import { startConsole } from '../support/start.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const browser = await launchChromium()
const [site, held] = await Promise.all([startSite(), startSite({ hold: true })])
const admins = new Set<string>()
const { url, close } = await startConsole({ admins, mayUseBrowser: true })
after(async () => {
  await browser.close()
  held.release()
  await close()
  await Promise.all([site.close(), held.close()])
})

/**
 * What axe faults on the page there is, with all unfolded that can be: on a wide screen by light, on a narrow one in the
 * dark, where only colours can differ.
 */
async function faultsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
  const found: string[] = []
  for (const [colorScheme, rules] of [
    ['light', {}],
    ['dark', { runOnly: ['color-contrast', 'link-in-text-block'] }],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    if (colorScheme === 'dark') await page.setViewportSize({ width: 390, height: 844 })
    const run = `axe.run(document, ${JSON.stringify({ ...rules, resultTypes: ['violations'] })}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`
    const violations = (await page.evaluate(run)) as string[]
    found.push(...violations.map((text) => `${new URL(page.url()).pathname} ${colorScheme}: ${text}`))
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  if (width > 390) found.push(`${page.url()} is ${width} pixels wide`)
  await page.setViewportSize({ width: 1280, height: 800 })
  return found
}

async function faultsOnAll(page: Page, paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    await page.goto(url + path)
    found.push(...(await faultsOn(page)))
  }
  return found
}

async function fillAudit(page: Page, address: string): Promise<void> {
  await page.goto(`${url}/audits/new`)
  await page.fill('#url', address)
  await page.check('#permission')
}

test('axe faults no page for visitors, in light and dark', async (t) => {
  const { page } = await openBrowser(t, browser)
  assert.deepEqual(await faultsOnAll(page, ['/', '/sign-in?notice=sign-up', '/sign-up']), [])
})

test('axe faults no page for users and administrators, in light and dark', async (t) => {
  const { page } = await openBrowser(t, browser)
  await signUp(page, url, 'root')
  admins.add('root')
  await signIn(page, url, 'root')
  const found: string[] = []
  const look = async () => found.push(...(await faultsOn(page)))

  await fillAudit(page, site.url)
  await page.fill('#username', siteUser.username)
  await page.fill('#password', siteUser.password)
  await page.click('text=Try the sign-in first')
  await page.waitForSelector('text=The sign-in works')
  await look()
  await page.click('text=Start the audit >> nth=0')
  await page.waitForSelector('.lk-report', { timeout: 60_000 })
  await look()
  await fillAudit(page, 'ftp://nowhere')
  await page.click('text=Start the audit')
  await page.waitForSelector('.problem')
  await look()
  await fillAudit(page, held.url)
  await page.click('text=Start the audit')
  await page.waitForSelector('#progress')
  await look()
  await page.click('text=Stop')
  await page.waitForSelector('text=could not be done')
  await look()

  const plain = ['/audits', '/devices', '/account', '/account/delete', '/activity', '/confirm']
  found.push(...(await faultsOnAll(page, [...plain, '/admin'])))
  await page.click('main button')
  await look()
  await page.click('.users a')
  await look()
  assert.deepEqual(found, [])
})
