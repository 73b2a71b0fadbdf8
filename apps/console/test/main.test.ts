import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { startAudit } from './support/audits.ts'
import { createClient, signedIn } from './support/client.ts'
import { printed, run, urlOf } from './support/process.ts'
import { startSite } from './support/site.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'latchkey-main-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('sessions survive a restart, and SIGTERM ends it in order', async (t) => {
  const data = folder(t)
  const LATCHKEY_DATA = join(data, 'new', 'folder', 'console.sqlite')
  const first = run(t, { LATCHKEY_DATA })
  const url = await urlOf(first)
  const client = await signedIn(url)
  const site = await startSite({ hold: true })
  t.after(() => site.close())
  const path = await startAudit(client, { url: site.url })
  const stream = await client.stream(`${path}/events`, AbortSignal.timeout(30_000))
  first.child.kill('SIGTERM')
  await stream.text()
  assert.equal(await first.ended, 0)
  assert.deepEqual(readdirSync(join(data, 'new', 'folder')), ['console.sqlite'], 'closed: no journal is left')

  const second = run(t, { LATCHKEY_DATA, PORT: new URL(url).port })
  assert.equal(await urlOf(second), url)
  assert.equal((await client.get('/devices')).status, 200)
  assert.match((await client.get(path)).body, /stopped while this audit ran/)
  second.child.kill('SIGINT')
  assert.equal(await second.ended, 0)
})

test('a busy port gives one clear line', async (t) => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const { port } = other.address() as AddressInfo
  const process = run(t, { PORT: String(port), LATCHKEY_DATA: join(folder(t), 'c.sqlite') })
  assert.equal(await process.ended, 1)
  const line = `Port ${port} is in use. Stop what uses it, or choose another: PORT=${port + 1} npm start\n`
  assert.equal(process.output(), line)
})

test('it says that private addresses are allowed, and allows them only on localhost', async (t) => {
  const LATCHKEY_DATA = join(folder(t), 'c.sqlite')
  const local = run(t, { LATCHKEY_DATA })
  await printed(local, /private addresses: LATCHKEY_ALLOW_PRIVATE=1 is set/)
  local.child.kill('SIGTERM')
  await local.ended

  const open = run(t, { LATCHKEY_DATA, HOST: '0.0.0.0' })
  const url = await urlOf(open)
  assert.doesNotMatch(open.output(), /LATCHKEY_ALLOW_PRIVATE/)
  const client = createClient(url.replace('0.0.0.0', '127.0.0.1'))
  assert.equal((await client.get('/')).status, 200)
  open.child.kill('SIGTERM')
  assert.equal(await open.ended, 0)
})

test('who administers is said, and who cannot because there is no such account', async (t) => {
  const LATCHKEY_DATA = join(folder(t), 'c.sqlite')
  const first = run(t, { LATCHKEY_DATA })
  const url = await urlOf(first)
  await signedIn(url)
  first.child.kill('SIGTERM')
  await first.ended
  const second = run(t, { LATCHKEY_DATA, PORT: new URL(url).port, LATCHKEY_ADMINS: 'ADA,grace' })
  await urlOf(second)
  assert.match(second.output(), /^Administrator: ada, whose account was made on 20.* UTC\.\n/)
  assert.match(
    second.output(),
    /\nLATCHKEY_ADMINS: there is no account grace, and nobody can sign up as grace/,
  )
})

test('data that cannot be opened is said in one line', async (t) => {
  const process = run(t, { LATCHKEY_DATA: folder(t) })
  assert.equal(await process.ended, 1)
  assert.match(
    process.output(),
    /^Cannot open the data \(.+\)\. Choose another file: LATCHKEY_DATA=file npm start\n$/,
  )
})

test('a variable that cannot be used is named', async (t) => {
  const process = run(t, { PORT: 'many' })
  assert.equal(await process.ended, 1)
  assert.equal(process.output(), 'Cannot start. PORT: must be a port.\n')
})
