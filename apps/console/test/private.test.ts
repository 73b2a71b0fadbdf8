import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { defaultLimits } from '../src/security/throttles.ts'
import { finished, problemsIn, startAudit } from './support/audits.ts'
import { createClient, signedIn } from './support/client.ts'
import { siteUser, startSite } from './support/site.ts'
import { startConsole } from './support/start.ts'

const limits = { ...defaultLimits, visitorAudits: { points: 100, duration: 60 } }

async function start(t: TestContext, options = {}) {
  const running = await startConsole({ allowPrivate: false, limits, ...options })
  t.after(() => running.close())
  return running.url
}

test('private addresses are refused, however they are written, before anything is sent', async (t) => {
  const url = await start(t)
  const site = await startSite()
  t.after(() => site.close())
  const port = new URL(site.url).port
  const client = createClient(url)
  const hosts = [
    ...[
      '127.0.0.1',
      'localhost',
      'LOCALHOST',
      '[::1]',
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '0177.0.0.1',
      '127.1',
    ],
    ...[
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '0.0.0.0',
      '0',
      '[::]',
      '169.254.169.254',
      '10.0.0.1',
    ],
  ]
  for (const host of hosts) {
    const page = await finished(client, await startAudit(client, { url: `http://${host}:${port}/` }))
    assert.match(page, /private or reserved address/, host)
  }
  assert.equal(site.requests(), 0)
})

test('the login and the protected page cannot be elsewhere', async (t) => {
  const url = await start(t)
  const client = await signedIn(url)
  for (const field of ['loginUrl', 'protectedUrl']) {
    const form = {
      url: 'http://example.com/',
      permission: 'yes',
      ...siteUser,
      [field]: 'http://127.0.0.1:3000/',
    }
    const answer = await client.post('/audits', form)
    assert.equal(answer.status, 422)
    assert.match(problemsIn(answer.body), /Write a page of http:\/\/example\.com/)
  }
})

test('a redirect does not lead to a private address', async (t) => {
  let reached = 0
  const inside = createServer((_, response) => {
    reached++
    response.end('secret')
  })
  let asked = 0
  const outside = createServer((_, response) => {
    asked++
    const { port } = inside.address() as AddressInfo
    response.writeHead(302, { location: `http://127.0.0.2:${port}/` }).end()
  })
  await Promise.all([listen(t, inside, '127.0.0.2'), listen(t, outside, '127.0.0.1')])
  // Stands in for the public internet: 127.0.0.1 may be contacted, everything else may not.
  const url = await start(t, { allowAddress: (address: string) => address === '127.0.0.1' })
  const client = createClient(url)
  const { port } = outside.address() as AddressInfo
  await finished(client, await startAudit(client, { url: `http://127.0.0.1:${port}/` }))
  assert.ok(asked > 0)
  assert.equal(reached, 0)
})

function listen(t: TestContext, server: ReturnType<typeof createServer>, host: string): Promise<void> {
  t.after(() => server.close())
  return new Promise((resolve) => server.listen(0, host, resolve))
}
