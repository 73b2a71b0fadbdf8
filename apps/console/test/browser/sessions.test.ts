import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { openBrowser, signIn, signUp } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { password } from '../support/client.ts'
import { clock, minute } from '../support/clock.ts'
import { startConsole } from '../support/start.ts'

// The console's clock is put forward for all of these at once, so they run one after the other.
const { now, forward } = clock()
const admins = new Set<string>()
const browser = await launchChromium()
const { url, close } = await startConsole({ now, admins })
after(async () => {
  await browser.close()
  await close()
})
const open = (t: TestContext, javaScriptEnabled = true) => openBrowser(t, browser, javaScriptEnabled)

async function confirm(page: Page): Promise<void> {
  await page.waitForURL('**/confirm?next=*')
  await page.fill('#password', password)
  await page.click('main >> text=Confirm >> nth=-1')
}

// None of these pages has a script (hardening.test.ts), so a browser without scripts sees what all others see.
const name = 'ada'

test('who stays signed in has a cookie that outlives the browser', async (t) => {
  const { page } = await open(t, false)
  await signUp(page, url, name)
  await signIn(page, url, name)
  assert.deepEqual(
    (await page.context().cookies()).map(({ expires }) => expires),
    [-1],
  )
  const other = await open(t, false)
  await signIn(other.page, url, name, { remember: true })
  const [cookie] = await other.page.context().cookies()
  const days = ((cookie?.expires ?? 0) * 1000 - Date.now()) / 86_400_000
  assert.ok(days > 29 && days < 31, `${days}`)
  // As after the browser was closed and opened: what lasts is on disk, the rest is not.
  const again = await browser.newContext({
    storageState: { cookies: cookie ? [cookie] : [], origins: [] },
  })
  t.after(() => again.close())
  const restored = await again.newPage()
  await restored.goto(`${url}/devices`)
  assert.match((await restored.textContent('.device.own h2')) ?? '', /Stays signed in/)
})

test('ending another session after a while takes the password, and goes back to the list', async (t) => {
  const { page } = await open(t, false)
  await signIn(page, url, name)
  const other = await open(t, false)
  await signIn(other.page, url, name)
  forward(11 * minute)
  await page.click('nav >> text=Devices')
  await page.click('text=End all others')
  await confirm(page)
  await page.waitForURL('**/devices?notice=confirmed')
  assert.ok((await page.locator('.device').count()) >= 2, 'nothing was done yet')
  // Back and forth between the pages, as people do, changes nothing.
  await page.goBack()
  await page.goForward()
  await page.click('text=End all others')
  await page.waitForURL('**/devices?notice=others-ended')
  assert.equal(await page.locator('.device').count(), 1)
  await other.page.goto(`${url}/account`)
  await other.page.waitForURL('**/sign-in?next=%2Faccount')

  await page.click('.device.own >> text=History')
  await page.waitForURL(/\/devices\/[\w-]{20}$/)
  assert.match((await page.textContent('.events')) ?? '', /Password confirmed.*Signed in/s)
})

test('change the password, see it in the activity, delete the account', async (t) => {
  const { page } = await open(t, false)
  await signIn(page, url, name)
  await page.click(`nav >> text=${name}`)
  assert.equal(await page.isChecked('#others'), true)
  await page.fill('#current', password)
  await page.fill('#password', 'eight loud lighthouses')
  await page.click('main >> button >> text=Change password')
  await page.waitForURL('**/account?ended=*')
  assert.match((await page.textContent('.events')) ?? '', /Password changed/)
  await page.click('main >> text=Delete account >> nth=-1')
  await page.check('#sure')
  await page.click('main >> button')
  await page.waitForURL(`${url}/?notice=account-deleted`)
  assert.deepEqual(await page.context().cookies(), [])
})

test('an administrator takes the step up, disables an account, and signs everybody out', async (t) => {
  const root = await open(t)
  await signUp(root.page, url, 'root')
  admins.add('root')
  await signIn(root.page, url, 'root')
  const user = await open(t)
  await signUp(user.page, url, 'mallory')
  await signIn(user.page, url, 'mallory')
  forward(11 * minute)

  const { page } = root
  await page.click('nav >> text=Admin')
  await confirm(page)
  await page.waitForURL('**/admin?notice=confirmed')
  await page.click('main >> button')
  await page.click('.users >> text=mallory')
  await page.click('text=Disable account')
  await page.waitForURL('**/admin/users/*?notice=disabled')
  assert.match((await page.textContent('main')) ?? '', /Signed in nowhere/)
  await user.page.goto(`${url}/account`)
  await user.page.waitForURL('**/sign-in?next=%2Faccount')

  await page.setViewportSize({ width: 360, height: 740 })
  for (const path of ['/admin', new URL(page.url()).pathname]) {
    await page.goto(url + path)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(width <= 360, `${path} is ${width} pixels wide`)
  }
  await page.click('nav >> text=Admin')
  await page.check('#sure')
  await page.click('text=End all sessions')
  await page.waitForURL('**/sign-in?notice=all-ended')
  assert.deepEqual(await page.context().cookies(), [])
})
