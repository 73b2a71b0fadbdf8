import assert from 'node:assert/strict'
import test, { mock, type TestContext } from 'node:test'
import { until } from '../../../servers/until.ts'
import { defaultStreamCaps } from '../src/security/open-streams.ts'
import { defaultLimits } from '../src/security/throttles.ts'
import { finished, startAudit } from './support/audits.ts'
import { type Client, createClient, signedIn } from './support/client.ts'
import { sessionClass } from './support/session-class.ts'
import { type SiteOptions, startSite } from './support/site.ts'
import { type StartOptions, startConsole } from './support/start.ts'

async function start(t: TestContext, options: StartOptions = {}, siteOptions: SiteOptions = {}) {
  const site = await startSite(siteOptions)
  const running = await startConsole(options)
  t.after(async () => {
    await running.close()
    await site.close()
  })
  return { site, url: running.url }
}

/** Counts how often a session was begun to be watched. */
async function countSignals(t: TestContext): Promise<() => number> {
  const prototype = await sessionClass()
  const signal = Object.getOwnPropertyDescriptor(prototype, 'signal')?.get
  const spy = mock.getter(prototype, 'signal', function (this: typeof prototype) {
    return signal?.call(this)
  })
  t.after(() => spy.mock.restore())
  return () => spy.mock.callCount()
}

async function streamOf(client: Client, path: string) {
  const control = new AbortController()
  const { status, headers } = await client.stream(`${path}/events`, control.signal)
  return { status, wait: headers.get('retry-after'), leave: () => control.abort() }
}

test('of an audit that has ended there is no stream, and nothing is watched for it', async (t) => {
  const { site, url } = await start(t)
  const signals = await countSignals(t)
  for (const client of [createClient(url), await signedIn(url)]) {
    const path = await startAudit(client, { url: site.url })
    await finished(client, path)
    const before = signals()
    for (let at = 0; at < 3; at++) {
      const { status, headers, body } = await client.get(`${path}/events`)
      assert.deepEqual([status, headers.get('content-type'), body], [204, null, ''])
    }
    assert.equal(signals(), before)
  }
})

test('a session has six streams at once, and another when one of them has been left', async (t) => {
  const limits = { ...defaultLimits, streamSession: { points: 10_000, duration: 60 } }
  const { site, url } = await start(t, { limits }, { hold: true })
  const client = createClient(url)
  const path = await startAudit(client, { url: site.url })
  const streams = []
  for (let at = 0; at < defaultStreamCaps.session; at++) streams.push(await streamOf(client, path))
  assert.deepEqual(
    streams.map(({ status }) => status),
    [200, 200, 200, 200, 200, 200],
  )
  const signals = await countSignals(t)
  const { status, wait } = await streamOf(client, path)
  assert.deepEqual([status, wait, signals()], [429, '1', 0])
  streams[0]?.leave()
  await until('the console sees it go', async () => (await streamOf(client, path)).status === 200)
  assert.equal((await streamOf(client, path)).status, 429)
})

test('streams are not opened over and over: by a session, and by all of an address', async (t) => {
  for (const limits of [
    { ...defaultLimits, streamSession: { points: 2, duration: 60 } },
    { ...defaultLimits, streamAddress: { points: 2, duration: 60 } },
  ]) {
    const { site, url } = await start(t, { limits }, { hold: true })
    const client = createClient(url)
    const path = await startAudit(client, { url: site.url })
    for (const expected of [200, 200, 429]) {
      const { status, wait, leave } = await streamOf(client, path)
      assert.equal(status, expected)
      if (expected === 429) assert.match(wait ?? '', /^(60|59|58|57|56)$/)
      leave()
    }
    assert.match((await client.get(path)).body, /id="progress"/, 'its page is there all the same')
  }
})
