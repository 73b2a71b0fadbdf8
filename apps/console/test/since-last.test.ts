import assert from 'node:assert/strict'
import test from 'node:test'
import { finished, startAudit } from './support/audits.ts'
import { createClient, signedIn } from './support/client.ts'
import { startConsole } from './support/start.ts'
import { startVisitorSite } from './support/visitor-site.ts'

test('a report says what became of the findings since the last audit of the site', async (t) => {
  const [site, running] = await Promise.all([startVisitorSite(), startConsole()])
  t.after(async () => {
    await running.close()
    await site.close()
  })
  const client = await signedIn(running.url)
  const first = await startAudit(client, { url: site.url })
  assert.doesNotMatch(await finished(client, first), /Since the last audit/)

  const second = await finished(client, await startAudit(client, { url: site.url }))
  assert.match(second, /Since the last audit/)
  assert.ok(second.includes(`href="${first}"`))
  assert.match(second, />0 new<.*>0 fixed<.*<details><summary>[1-9]\d* unchanged</s)

  const visitor = createClient(running.url)
  const theirs = await finished(visitor, await startAudit(visitor, { url: site.url }))
  assert.doesNotMatch(theirs, /Since the last audit/, 'only of one’s own')
})
