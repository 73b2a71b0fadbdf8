import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { context, metrics, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import type { SessionsOptions } from '../options.ts'
import type { SessionStore } from '../store.ts'
import { cached } from '../stores/cached/cached.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testExchange } from '../testing/exchange.ts'
import { testBrowser } from '../testing/index.ts'
import { brokenStore } from '../testing/wrapped-store.ts'
import { type OpenTelemetryApi, openTelemetry } from './opentelemetry.ts'

before(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
after(() => context.disable())

/** The real SDK, exporting into memory. */
function sdk() {
  const spans = new InMemorySpanExporter()
  const tracers = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] })
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const meters = new MeterProvider({ readers: [reader] })
  return {
    trace: tracers,
    metrics: meters,
    tracer: tracers.getTracer('test'),
    spans: () => spans.getFinishedSpans(),
    async points(name: string) {
      await reader.forceFlush()
      const latest = exporter.getMetrics().at(-1)
      const all = latest?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? []
      return all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? []
    },
    async close() {
      await Promise.all([tracers.shutdown(), meters.shutdown()])
    },
  }
}

function start(api: OpenTelemetryApi, options: Partial<SessionsOptions> = {}) {
  return createSessions({
    store: memoryStore(),
    sweepInterval: false,
    telemetry: openTelemetry(api),
    warn: () => undefined,
    ...options,
  })
}

test('a span for each opening, with the store’s operations inside it, by sid alone', async (t) => {
  const otel = sdk()
  t.after(otel.close)
  const sessions = start(otel)
  const browser = testBrowser()
  browser.headers = { 'user-agent': 'a browser' }
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  await visit.session.set('note', 'nobody may see this')
  visit.respond()
  const { sid } = visit.session
  await otel.tracer.startActiveSpan('GET /', async (request) => {
    await browser.visit(sessions)
    request.end()
  })
  const named = (name: string) => otel.spans().filter((span) => span.name === name)
  assert.deepEqual(
    otel.spans().map(({ name }) => name),
    [
      'session.open',
      'session.store.create',
      'session.store.update',
      'session.store.read',
      'session.open',
      'GET /',
    ],
  )
  const [[first, opened], [read], [request]] = [
    named('session.open'),
    named('session.store.read'),
    named('GET /'),
  ]
  assert.deepEqual(first?.attributes, { 'latchkey.session': 'none' })
  assert.deepEqual(opened?.attributes, { 'latchkey.session': 'user', 'session.id': sid })
  assert.deepEqual(read?.attributes, { 'latchkey.store.operation': 'read', 'session.id': sid })
  assert.equal(read?.parentSpanContext?.spanId, opened?.spanContext().spanId)
  assert.equal(opened?.parentSpanContext?.spanId, request?.spanContext().spanId)
  const everything = JSON.stringify(
    otel.spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
  )
  for (const secret of [browser.cookie?.slice(-44), 'nobody may see this', 'alice', 'a browser'])
    assert.ok(secret && !everything.includes(secret))
})

test('what fails is told by its code, and only the server’s failures are errors', async (t) => {
  const otel = sdk()
  t.after(otel.close)
  const store = brokenStore(memoryStore())
  const sessions = start(otel, { store })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  store.fail(true)
  await assert.rejects(browser.visit(sessions), isSessionError)
  const crossSite = testExchange({
    method: 'POST',
    header: (name: string) => (name === 'sec-fetch-site' ? 'cross-site' : null),
  })
  await assert.rejects(sessions.open(crossSite), isSessionError)
  const [, , read, failed, refused] = otel.spans()
  assert.deepEqual([read?.status.code, read?.attributes['error.type']], [2, 'Error'])
  assert.deepEqual([failed?.status.code, failed?.attributes['error.type']], [2, 'store_unavailable'])
  assert.deepEqual([refused?.status.code, refused?.attributes['error.type']], [0, 'cross_origin_request'])
  assert.ok(!JSON.stringify(otel.spans().map(({ status, events }) => [status, events])).includes('refused'))
})

test('latency of the store by operation and failure, and events by name and reason', async (t) => {
  const otel = sdk()
  t.after(otel.close)
  let time = 0
  const store = brokenStore(memoryStore())
  const slow: SessionStore = {
    ...store,
    async read(sid) {
      time += 20
      return store.read(sid)
    },
  }
  const sessions = start(otel, { store: slow, telemetry: openTelemetry(otel, () => time) })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  for (let n = 0; n < 3; n++) await browser.visit(sessions)
  store.fail(true)
  await assert.rejects(browser.visit(sessions))
  store.fail(false)
  await sessions.revokeUser('alice', { reason: 'account-disabled' })
  const latency = (await otel.points('latchkey.store.duration')).map(({ attributes, value }) => [
    attributes,
    (value as { count: number }).count,
    (value as { sum?: number }).sum,
  ])
  const of = (operation: string, more = {}) => ({ 'latchkey.store.operation': operation, ...more })
  assert.deepEqual(latency, [
    [of('create'), 1, 0],
    [of('read'), 3, 0.06],
    [of('read', { 'error.type': 'Error' }), 1, 0.02],
    [of('list'), 1, 0],
    [of('delete'), 1, 0],
  ])
  assert.deepEqual(
    (await otel.points('latchkey.events')).map(({ attributes, value }) => [attributes, value]),
    [
      [{ 'event.name': 'session_created' }, 1],
      [{ 'event.name': 'authn_login_success' }, 1],
      [{ 'event.name': 'session_expired', 'latchkey.reason': 'account-disabled' }, 1],
    ],
  )
})

test('a near cache tells how far it is behind, and what it answers', async (t) => {
  const otel = sdk()
  t.after(otel.close)
  t.mock.timers.enable({ apis: ['setInterval'] })
  let time = 0
  const store = cached(memoryStore(), { maxStale: '10s', heartbeat: '1s', elapsed: () => time })
  const sessions = start(otel, { store })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  for (let n = 0; n < 3; n++) await browser.visit(sessions)
  for (let n = 0; n < 2; n++) {
    time += 1000
    t.mock.timers.tick(1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const reads = await otel.points('latchkey.cache.reads')
  assert.deepEqual(
    reads.map(({ attributes, value }) => [attributes['latchkey.cache.result'], value]),
    [
      ['hit', 2],
      ['miss', 1],
    ],
  )
  const lag = await otel.points('latchkey.cache.lag')
  assert.deepEqual(
    lag.map(({ attributes, value }) => [attributes['latchkey.statistic'], value]),
    ['last', 'median', 'p99', 'max'].map((name) => [name, (store.stats().lag?.last ?? Number.NaN) / 1000]),
  )
  await sessions.close()
})

test('telemetry that throws, or calls back twice or never, changes nothing of a request', async () => {
  const fail = () => {
    throw new Error('broken exporter')
  }
  const instrument = { record: fail, add: fail, addCallback: () => undefined }
  const brokenMetrics = {
    getMeter: () => ({
      createHistogram: () => instrument,
      createCounter: () => instrument,
      createObservableGauge: () => instrument,
      createObservableCounter: () => instrument,
    }),
  }
  const brokenSpan = { setAttribute: fail, setStatus: fail, end: fail }
  type Run = (span: typeof brokenSpan) => void
  const tracers: Record<string, (name: string, options: object, run: Run) => void> = {
    'throws at once': fail,
    'never calls back': () => undefined,
    'has broken spans': (_name, _options, run) => run(brokenSpan),
    'calls back twice, then throws': (_name, _options, run) => {
      run(brokenSpan)
      run(brokenSpan)
      fail()
    },
    'calls back late': (_name, _options, run) => void setImmediate(() => run(brokenSpan)),
  }
  for (const [what, startActiveSpan] of Object.entries(tracers)) {
    let calls = 0
    const memory = memoryStore()
    const store: SessionStore = {
      ...memory,
      read(sid) {
        calls++
        return memory.read(sid)
      },
      delete: () => Promise.reject(new Error('read-only')),
    }
    const sessions = start(
      { trace: { getTracer: () => ({ startActiveSpan }) }, metrics: brokenMetrics },
      { store },
    )
    const browser = testBrowser()
    const visit = await browser.visit(sessions)
    await visit.session.login('alice')
    visit.respond()
    const { session } = await browser.visit(sessions)
    assert.equal(session.userId, 'alice', what)
    await assert.rejects(
      session.logout(),
      (error) => isSessionError(error) && error.code === 'store_unavailable',
    )
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(calls, 1, what)
  }
})

test('a store inside the process still answers at once', () => {
  // The API by itself, without an SDK: what an application has that exports nothing.
  const store = openTelemetry({ trace, metrics }).store(memoryStore())
  assert.equal(store.read('A'.repeat(20)), null)
})

test('a class of one’s own works as a store, and what it lacks is lacking', async (t) => {
  const otel = sdk()
  t.after(otel.close)
  const memory = memoryStore()
  class Own implements SessionStore {
    readonly maxStale = 5
    readonly #store = memory
    create = (...args: Parameters<SessionStore['create']>) => this.#store.create(...args)
    read(sid: string) {
      return this.#store.read(sid)
    }
    update(...args: Parameters<SessionStore['update']>) {
      return this.#store.update(...args)
    }
    delete(sid: string) {
      return this.#store.delete(sid)
    }
    list(userId: string) {
      return this.#store.list(userId)
    }
    deleteAll() {
      return this.#store.deleteAll()
    }
  }
  const watched = openTelemetry(otel).store(new Own())
  assert.deepEqual([watched.maxStale, watched.sweep, watched.subscribe], [5, undefined, undefined])
  assert.equal(await watched.deleteAll(), 0)
})
