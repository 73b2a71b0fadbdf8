import assert from 'node:assert/strict'
import test from 'node:test'
import { listen } from '../../../packages/audit/twins/serve/listen.ts'
import { finished, startAudit } from './support/audits.ts'
import { createClient } from './support/client.ts'
import { startConsole } from './support/start.ts'

test('a self-signed certificate is refused with the way out, and accepted where that is ticked', async (t) => {
  const site = await listen(
    (_, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Shop</title>'),
    { https: true },
  )
  const running = await startConsole()
  t.after(async () => {
    await running.close()
    await site.close()
  })
  const client = createClient(running.url)
  const refused = await finished(client, await startAudit(client, { url: site.url }))
  assert.match(refused, /could not be done/)
  assert.match(refused, /“Accept a certificate that does not verify”/)
  const accepted = await finished(client, await startAudit(client, { url: site.url, insecure: 'yes' }))
  assert.match(accepted, /not verified, as was asked for/)
})
