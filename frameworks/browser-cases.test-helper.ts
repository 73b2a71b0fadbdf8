import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { signedIn } from './signed-in.test-helper.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name }).click()
const link = (page: Page, name: string) => page.getByRole('link', { name })

/** Marks this document: it is gone once a page is loaded, and not by navigation in the browser. */
const mark = (page: Page) => page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
const isMarked = (page: Page) => page.evaluate(() => 'sameDocument' in globalThis)

async function noteIn(page: Page): Promise<string> {
  await page.getByText('role ').waitFor()
  return page.inputValue('[name=note]')
}

async function keep(page: Page, note: string): Promise<void> {
  await page.fill('[name=note]', note)
  await button(page, 'Keep')
}

/** What users of every example do, whatever renders it. */
export function browserCases(): void {
  test('sign-in, a note, another role: kept under a new token', async () => {
    const { context, page } = await signedIn()
    const token = async () => (await context.cookies()).find(({ name }) => /^__Host-.*-example$/.test(name))
    const before = await token()
    assert.deepEqual([before?.httpOnly, before?.secure, before?.sameSite], [true, true, 'Strict'])
    await keep(page, 'tea')
    await page.reload()
    assert.equal(await noteIn(page), 'tea')
    await button(page, 'Become an administrator')
    await page.getByText('role admin').waitFor()
    assert.notEqual((await token())?.value, before?.value)
    assert.equal(await noteIn(page), 'tea')
    await context.close()
  })

  test('navigation by script keeps the session, and loads no page', async () => {
    const { context, page } = await signedIn()
    await page.goto('/account', { waitUntil: 'networkidle' })
    await mark(page)
    for (let n = 0; n < 3; n++) {
      await link(page, 'Home').click()
      await page.waitForURL(({ pathname }) => pathname === '/')
      await page.getByText('Signed in as user-1.').waitFor()
      await link(page, 'Your account').click()
      await page.getByText('role user').waitFor()
    }
    assert.equal(await isMarked(page), true)
    await context.close()
  })

  test('what was prefetched before the sign-out shows nothing of the account after it', async () => {
    const { context, page } = await signedIn()
    await page.goto('/', { waitUntil: 'networkidle' })
    await link(page, 'Your account').hover()
    await page.waitForLoadState('networkidle')
    const other = await context.newPage()
    await other.goto('/account', { waitUntil: 'networkidle' })
    await button(other, 'Sign out')
    await other.waitForURL((address) => address.pathname === '/')
    await link(page, 'Your account').click()
    await page.waitForLoadState('networkidle')
    // Whatever the script had at hand, what is done with it is refused.
    await page.reload({ waitUntil: 'networkidle' })
    assert.doesNotMatch((await page.textContent('body')) ?? '', /user-1/)
    await context.close()
  })

  test('Back after the sign-out shows nothing of the account', async () => {
    const { context, page } = await signedIn()
    await keep(page, 'a secret of alice')
    await page.goto('/account', { waitUntil: 'networkidle' })
    await button(page, 'Sign out')
    await page.waitForURL((address) => address.pathname === '/')
    await page.waitForLoadState('networkidle')
    await page.goBack({ waitUntil: 'networkidle' })
    const shown = await page.evaluate(() => document.documentElement.outerHTML)
    assert.doesNotMatch(shown, /user-1|a secret of alice/)
    await context.close()
  })

  test('a sign-out in one tab is a sign-out in the other', async () => {
    const { context, page } = await signedIn()
    const other = await context.newPage()
    await other.goto('/account', { waitUntil: 'networkidle' })
    await keep(other, 'from the other tab')
    await other.waitForLoadState('networkidle')
    await page.reload({ waitUntil: 'networkidle' })
    assert.equal(await noteIn(page), 'from the other tab')
    await button(page, 'Sign out')
    await page.waitForURL((address) => address.pathname === '/')
    await link(other, 'Home').click()
    await other.getByText('Nobody is signed in').waitFor()
    await context.close()
  })
}
