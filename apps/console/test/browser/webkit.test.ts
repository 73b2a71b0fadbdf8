import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startBrowser } from '../../../../test/browsers/engines.ts'
import { password } from '../support/client.ts'
import { startConsole } from '../support/start.ts'

// WebKit keeps no Secure cookie of plain http, on loopback either: what `npm start` serves must work in it all the same.

const browser = await startBrowser('WebKit')
const { url, close } = await startConsole()
after(async () => {
  await browser.close()
  await close()
})

test('in WebKit, a sign-in at a console on this machine is kept', async () => {
  assert.match(url, /^http:\/\/localhost:/)
  await browser.open(`${url}/sign-up`)
  await browser.submit({ username: 'ada', password }, 'main button')
  await browser.shows('the account now exists')
  await browser.submit({ username: 'ada', password }, 'main button')
  await browser.shows('Sign out')
  await browser.open(`${url}/devices`)
  await browser.shows('Safari')
  assert.equal(await browser.evaluate('document.cookie'), '')
  await browser.click('nav form button')
  await browser.shows('You are signed out')
  await browser.open(`${url}/devices`)
  await browser.holds(`location.pathname === '/sign-in'`)
})
