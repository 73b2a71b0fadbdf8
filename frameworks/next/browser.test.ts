import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../../apps/console/test/support/chromium.ts'

const url = process.env.EXAMPLE_URL ?? ''
const password = process.env.EXAMPLE_PASSWORD ?? ''
let browser: Browser
before(async () => {
  browser = await launchChromium()
})
after(() => browser.close())

const button = (page: Page, name: string) => page.getByRole('button', { name }).click()
const link = (page: Page, name: string) => page.getByRole('link', { name })
const account = (page: Page) => page.getByText('Signed in as user-1,').waitFor()
const nobody = (page: Page) => page.getByText('Nobody is signed in.').waitFor()
const shown = (page: Page) => page.evaluate(() => document.documentElement.outerHTML)

async function signedIn(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/login`, { waitUntil: 'networkidle' })
  await page.fill('[name=username]', 'alice')
  await page.fill('[name=password]', password)
  await button(page, 'Sign in')
  await account(page)
  return { context, page }
}

async function keep(page: Page, note: string): Promise<void> {
  await page.fill('[name=note]', note)
  const answer = page.waitForResponse((response) => response.request().method() === 'POST')
  await button(page, 'Keep')
  await answer
  await page.waitForLoadState('networkidle')
}

const token = async (context: BrowserContext) =>
  (await context.cookies()).find(({ name }) => name === '__Host-next-example')

test('sign-in, a note, another role by actions: kept under a new token', async () => {
  const { context, page } = await signedIn()
  const first = await token(context)
  assert.deepEqual([first?.httpOnly, first?.secure, first?.sameSite], [true, true, 'Strict'])
  await keep(page, 'tea')
  await page.reload()
  assert.equal(await page.inputValue('[name=note]'), 'tea')
  await button(page, 'Become an administrator')
  await page.getByText('role admin').waitFor()
  assert.notEqual((await token(context))?.value, first?.value)
  assert.equal(await page.inputValue('[name=note]'), 'tea')
  await context.close()
})

test('the same forms work without scripts', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${url}/login`)
  await page.fill('[name=username]', 'alice')
  await page.fill('[name=password]', password)
  await button(page, 'Sign in')
  await account(page)
  await page.fill('[name=note]', 'tea')
  await button(page, 'Keep')
  await page.waitForLoadState()
  assert.equal(await page.inputValue('[name=note]'), 'tea')
  await button(page, 'Sign out')
  await nobody(page)
  await page.goBack()
  assert.doesNotMatch(await shown(page), /user-1|tea/)
  await context.close()
})

test('navigation by script keeps the session, and loads no page', async () => {
  const { context, page } = await signedIn()
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
  for (let n = 0; n < 3; n++) {
    await link(page, 'Home').click()
    await page.getByText('Signed in as user-1.').waitFor()
    await link(page, 'Your account').click()
    await account(page)
  }
  assert.equal(await page.evaluate(() => 'sameDocument' in globalThis), true)
  await context.close()
})

test('a prefetch brings nothing of the account, and no cookie', async () => {
  const { context, page } = await signedIn()
  await keep(page, 'a secret of alice')
  const answers: string[] = []
  const isPrefetch = (headers: Record<string, string>) => headers['next-router-prefetch'] !== undefined
  await page.route('**/account*', async (route) => {
    if (!isPrefetch(route.request().headers())) return route.continue()
    const response = await route.fetch()
    assert.equal(response.headers()['set-cookie'], undefined)
    answers.push(await response.text())
    await route.fulfill({ response })
  })
  await page.goto(url, { waitUntil: 'networkidle' })
  await link(page, 'Your account').hover()
  await page.waitForLoadState('networkidle')
  assert.ok(answers.length > 0, 'nothing was prefetched')
  assert.doesNotMatch(answers.join(), /a secret of alice/)
  await context.close()
})

test('after a sign-out, neither Back nor Forward nor a link shows anything of the account', async () => {
  const { context, page } = await signedIn()
  await keep(page, 'a secret of alice')
  await link(page, 'Home').click()
  await page.getByText('Signed in as user-1.').waitFor()
  await link(page, 'Your account').click()
  await account(page)
  await button(page, 'Sign out')
  await nobody(page)
  assert.equal(await token(context), undefined)
  for (let n = 0; n < 3; n++) {
    await page.goBack({ waitUntil: 'networkidle' })
    assert.doesNotMatch(await shown(page), /user-1|a secret of alice/, page.url())
  }
  await page.goForward({ waitUntil: 'networkidle' })
  assert.doesNotMatch(await shown(page), /user-1|a secret of alice/, page.url())
  await context.close()
})

test('a sign-out in one tab is one in the other, at its next navigation', async () => {
  const { context, page } = await signedIn()
  const other = await context.newPage()
  await other.goto(`${url}/account`, { waitUntil: 'networkidle' })
  await keep(other, 'from the other tab')
  await page.reload({ waitUntil: 'networkidle' })
  assert.equal(await page.inputValue('[name=note]'), 'from the other tab')
  await button(page, 'Sign out')
  await nobody(page)
  await link(other, 'Home').click()
  await nobody(other)
  assert.doesNotMatch(await shown(other), /from the other tab/)
  await context.close()
})

test('requests at once, of two tabs, leave the browser signed in', async () => {
  const { context, page } = await signedIn()
  const other = await context.newPage()
  await other.goto(`${url}/account`, { waitUntil: 'networkidle' })
  await Promise.all([
    ...[page, other].map((tab) => tab.reload({ waitUntil: 'networkidle' })),
    ...Array.from({ length: 8 }, () => context.request.get(`${url}/account`)),
  ])
  for (const tab of [page, other]) await account(tab)
  await context.close()
})
