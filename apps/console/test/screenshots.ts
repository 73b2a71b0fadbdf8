/**
 * Pictures of every page at phone and desktop width, light and dark, to be looked at:
 * `node apps/console/test/screenshots.ts FOLDER`. With `--docs` also writes the two in docs/images.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { memoryStore } from 'latchkey'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { signIn, signUp } from './support/browser.ts'
import { launchChromium } from './support/chromium.ts'
import { addSessionsLike } from './support/many-sessions.ts'
import { type Site, siteUser, startSite } from './support/site.ts'
import { startConsole } from './support/start.ts'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { docs: { type: 'boolean' } } })
const folder = positionals[0] ?? 'screenshots'
const docs = new URL('../../../docs/images/', import.meta.url).pathname
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0'
const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
const longName = 'a-name-of-thirty-two-characterss'
const clock = { minutesAgo: 0 }
const looks = [
  { name: '1280-light', width: 1280, height: 800, colorScheme: 'light' },
  { name: '1280-dark', width: 1280, height: 800, colorScheme: 'dark' },
  { name: '390-light', width: 390, height: 844, colorScheme: 'light' },
  { name: '390-dark', width: 390, height: 844, colorScheme: 'dark' },
] as const

/** Signs in with other browsers from other places (documentation addresses), some time ago. */
async function usedElsewhere(browser: Browser, url: string): Promise<void> {
  const open = async (userAgent: string, address: string, remember = false) => {
    const page = await browser.newPage({ userAgent, extraHTTPHeaders: { 'x-forwarded-for': address } })
    await signIn(page, url, 'ada', { remember })
    return page
  }
  const visit = async (page: Page, minutesAgo: number) => {
    clock.minutesAgo = minutesAgo
    await page.goto(url)
  }
  clock.minutesAgo = 130
  const desk = await open(firefox, '198.51.100.23')
  for (const minutesAgo of [110, 90, 70, 50]) await visit(desk, minutesAgo)
  clock.minutesAgo = 35
  const hand = await open(phone, '2001:db8:20::7', true)
  const old = await open(firefox, '198.51.100.80')
  await old.click('nav >> text=Sign out')
  await visit(desk, 26)
  await visit(hand, 19)
  await visit(desk, 12)
  await visit(hand, 4)
  clock.minutesAgo = 0
}

async function fill(page: Page, url: string, site: Site, password = siteUser.password): Promise<void> {
  await page.goto(`${url}/audits/new`)
  await page.fill('#url', `${site.url}/`)
  await page.fill('#username', siteUser.username)
  await page.fill('#password', password)
  await page.check('#permission')
}

async function audit(page: Page, url: string, site: Site): Promise<void> {
  await fill(page, url, site)
  await page.click('main button')
}

/** A form that was sent with something wrong in it. */
async function shootProblems(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/audits/new`)
  await page.fill('#url', 'ftp://nowhere')
  await page.fill('#username', 'tester')
  await page.check('#permission')
  await page.click('main button')
  await page.waitForSelector('.notice.bad')
  await shootNow(page, 'problems')
}

/** What came of a sign-in that is tried first; it has no address to come back to. */
async function shootTrials(page: Page, url: string, site: Site): Promise<void> {
  for (const [name, password] of [
    ['trial', siteUser.password],
    ['trial-failed', 'not-this-one'],
  ] as const) {
    await fill(page, url, site, password)
    await page.click('text=Try the sign-in first')
    await page.waitForSelector('.tried')
    await shootNow(page, name)
  }
}

async function shootNow(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await page.setViewportSize(look)
    await page.emulateMedia({ colorScheme: look.colorScheme })
    await page.screenshot({ path: join(folder, `${name}-${look.name}.png`), fullPage: true })
  }
}

async function shootAll(browser: Browser, url: string, site: Site): Promise<void> {
  const visitor = await browser.newContext()
  const user = await browser.newContext({
    userAgent: chrome,
    extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.7' },
  })
  await usedElsewhere(browser, url)
  const page = await user.newPage()
  await signIn(page, url, 'ada')
  await shootRunning(page, url, site)
  await page.waitForSelector('.lk-report', { timeout: 120_000 })
  await shootTrials(page, url, site)
  await shootProblems(page, url)
  await audit(page, url, site)
  await page.waitForSelector('.lk-report', { timeout: 120_000 })
  const report = new URL(page.url()).pathname
  await audit(page, url, { ...site, url: 'http://localhost:9' })
  await page.waitForSelector('text=could not be done', { timeout: 60_000 })
  const failed = new URL(page.url()).pathname

  await shoot(visitor, url, {
    home: '/',
    'sign-in': '/sign-in?notice=sign-up',
    'sign-up': '/sign-up',
    'not-found': '/nothing',
  })
  const pages = {
    'home-user': '/',
    account: '/account?ended=2',
    devices: '/devices',
    new: '/audits/new',
    'ways-in': '/audits/new',
  }
  await shoot(user, url, { ...pages, history: '/audits', report, failed })
  const session =
    (await page.goto(`${url}/devices`)) && (await page.getAttribute('.device:last-child a', 'href'))
  const steps = { confirm: '/confirm?next=%2Fdevices', 'account-delete': '/account/delete' }
  await shoot(user, url, { ...steps, activity: '/activity', session: session ?? '' })
  await shootAdministration(browser, url)
  await shootMany(browser, url)
  if (!values.docs) return
  mkdirSync(docs, { recursive: true })
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  for (const [name, path] of [
    ['console-report', report],
    ['console-devices', '/devices'],
  ] as const) {
    await page.goto(url + path)
    await page.screenshot({ path: join(docs, `${name}.png`) })
  }
}

async function shootAdministration(browser: Browser, url: string): Promise<void> {
  const context = await browser.newContext({ userAgent: chrome })
  const page = await context.newPage()
  await signIn(page, url, 'root')
  await shoot(context, url, { 'admin-enter': '/admin' })
  await page.goto(`${url}/admin`)
  await page.click('main button')
  const user = (await page.getAttribute('.users a >> text=ada', 'href')) ?? ''
  await page.goto(url + ((await page.getAttribute('.users a >> text=mallory', 'href')) ?? ''))
  await page.click('text=Disable account')
  const disabled = new URL(page.url()).pathname
  await shoot(context, url, { admin: '/admin', 'admin-user': user, 'admin-disabled': disabled })
}

/** More sessions than a page shows. */
async function shootMany(browser: Browser, url: string): Promise<void> {
  const user = await browser.newContext({ userAgent: firefox })
  await signIn(await user.newPage(), url, 'grace.hopper')
  const [cookie] = await user.cookies()
  await addSessionsLike(store, cookie?.value.slice(0, 20) ?? '', 1500)
  await shoot(user, url, { 'devices-many': '/devices?page=3&notice=ended' })
  const long = await browser.newContext({ userAgent: firefox })
  await signIn(await long.newPage(), url, longName)
  await shoot(long, url, { 'long-name': '/account', 'history-empty': '/audits?notice=deleted' })
  const root = await browser.newContext({ userAgent: chrome })
  const page = await root.newPage()
  await signIn(page, url, 'root')
  await page.goto(`${url}/admin`)
  await page.click('main button')
  const many = (await page.getAttribute('.users a >> text=grace.hopper', 'href')) ?? ''
  await shoot(root, url, { 'admin-many': '/admin', 'admin-user-many': many })
}

async function shootRunning(page: Page, url: string, site: Site): Promise<void> {
  await audit(page, url, site)
  await page.waitForSelector('#steps li:nth-child(3)')
  await shootNow(page, 'progress')
}

async function shoot(
  context: BrowserContext,
  url: string,
  pages: Readonly<Record<string, string>>,
): Promise<void> {
  const page = await context.newPage()
  for (const look of looks) {
    await page.setViewportSize(look)
    await page.emulateMedia({ colorScheme: look.colorScheme })
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(url + path)
      if (name === 'ways-in') {
        for (const summary of await page.locator('summary').all()) await summary.click()
      }
      await page.screenshot({ path: join(folder, `${name}-${look.name}.png`), fullPage: true })
    }
  }
}

mkdirSync(folder, { recursive: true })
const site = await startSite({ delay: 40, ...(values.docs && { port: 8080 }) })
// An administrator's name is nobody's to sign up with.
const admins = new Set<string>()
const store = memoryStore()
const running = await startConsole({
  store,
  trustedProxies: ['127.0.0.1'],
  mayUseBrowser: true,
  admins,
  now: () => Date.now() - clock.minutesAgo * 60_000,
})
const browser = await launchChromium()
try {
  const page = await browser.newPage()
  for (const name of ['ada', 'grace.hopper', 'mallory', 'root', longName])
    await signUp(page, running.url, name)
  admins.add('root')
  await shootAll(browser, running.url, site)
  console.log(`Pictures are in ${folder}.`)
} finally {
  await browser.close()
  await running.close()
  await site.close()
}
