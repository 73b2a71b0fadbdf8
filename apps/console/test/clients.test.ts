import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { memoryStore } from 'latchkey'
import { sidOf, signedIn, signInAgain } from './support/client.ts'
import { clock, minute } from './support/clock.ts'
import { startConsole } from './support/start.ts'

async function start(t: TestContext) {
  const { now, forward } = clock()
  const store = memoryStore()
  const started = await startConsole({ now, store })
  t.after(() => started.close())
  return { ...started, store, forward, ada: await signedIn(started.url) }
}

const headings = (body: string) =>
  [...body.matchAll(/<h2>([^<]*?) ?(?=<)/g)].map(([, heading]) => heading).sort()

test('a session that another browser uses is shown with that one and the one before', async (t) => {
  const { url, ada, forward } = await start(t)
  forward(5 * minute)
  const headers = { cookie: ada.cookie(), 'user-agent': 'curl/8.14.1' }
  for (const path of ['/devices', `/devices/${sidOf(ada)}`]) {
    const body = await (await fetch(url + path, { headers })).text()
    assert.match(body, /<h[12]>curl/)
    assert.match(body, /<dt>Earlier<\/dt><dd>Firefox on Linux, 127\.0\.0\.1, <time [^>]*>5 minutes ago</)
  }
})

test('a session of before the console kept its browsers is shown without, until it is used again', async (t) => {
  const { url, store, ada, forward } = await start(t)
  const other = await signInAgain(url)
  const sid = sidOf(ada)
  await store.update(sid, { set: { userAgent: '"x"', remembered: 'true' }, unset: ['@client'] })
  const before = (await other.get('/devices')).body
  assert.deepEqual(headings(before), ['Firefox on Linux', 'Unknown browser'])
  assert.match(before, /<dt>Address<\/dt><dd>unknown</)
  assert.match((await other.get(`/devices/${sid}`)).body, /<h1>Unknown browser/)
  forward(2 * minute)
  await ada.get('/')
  assert.deepEqual(headings((await other.get('/devices')).body), ['Firefox on Linux', 'Firefox on Linux'])
})
