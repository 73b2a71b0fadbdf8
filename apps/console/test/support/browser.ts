import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { password } from './client.ts'

/** A browser of its own; the test fails when a page draws a console error, among them every breach of the policy. */
export async function openBrowser(
  t: TestContext,
  browser: Browser,
  javaScriptEnabled = true,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ javaScriptEnabled })
  const problems: string[] = []
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  context.on('weberror', (error) => problems.push(String(error.error())))
  t.after(async () => {
    await context.close()
    // Chromium also writes down every page that is not answered with 200; a form that is sent back is not, nor a wrong
    // password, a page that is not there, and a stream of which there are too many.
    assert.deepEqual(
      problems.filter((text) => !/status of 4(01|04|22|29)/.test(text)),
      [],
    )
  })
  return { context, page: await context.newPage() }
}

export async function signUp(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url)
  await page.click('nav >> text=Sign up')
  await page.fill('#username', name)
  await page.fill('#password', password)
  await page.click('text=Create account')
  await page.waitForURL('**/sign-in?notice=sign-up')
  assert.match((await page.textContent('.notice')) ?? '', /the account now exists/)
}

export async function signIn(
  page: Page,
  url: string,
  name: string,
  { remember = false } = {},
): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.fill('#username', name)
  await page.fill('#password', password)
  if (remember) await page.check('#remember')
  await page.click('main button')
  await page.waitForURL(`${url}/`)
}
