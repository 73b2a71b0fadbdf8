import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { lostAfter } from '../src/data/running.ts'
import { finished, startAudit } from './support/audits.ts'
import { createClient } from './support/client.ts'
import { startSite } from './support/site.ts'
import { startConsole } from './support/start.ts'

test('a page says how old its news of another console is, and gives the audit up in the end', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-elsewhere-'))
  const database = { kind: 'sqlite', path: join(folder, 'shared.sqlite'), variable: 'DATABASE_URL' } as const
  let ahead = 0
  const now = () => Date.now() + ahead
  const site = await startSite({ hold: true })
  // The first gives no sign of life in an hour: as good as dead, to the second.
  const silent = await startConsole({ database, heartbeat: 3_600_000 })
  const other = await startConsole({ database, heartbeat: 20, now })
  t.after(async () => {
    for (const each of [silent, other, site]) await each.close()
    rmSync(folder, { recursive: true })
  })

  const visitor = createClient(silent.url)
  const path = await startAudit(visitor, { url: site.url })
  const elsewhere = visitor.at(other.url)
  const status = async () => /id="status">([^<]*)</.exec((await elsewhere.get(path)).body)?.[1] ?? ''
  assert.match(await status(), /^0 of \d+ steps, 0 requests, 0 sign-ins$/)
  ahead = 12_000
  assert.match(await status(), / \(as of 1\d\ss ago\)$/)
  const stream = finished(elsewhere, path)
  ahead = lostAfter + 1000
  assert.match(await stream, /went away before it was done/)
})
