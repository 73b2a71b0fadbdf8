import { type SessionEvents, sessionEventNames } from '../events/events.ts'
import type { Sessions } from '../sessions.ts'
import type { Guard, SessionStore } from '../store.ts'
import type { CachedStore } from '../stores/cached/cached.ts'
import type { Attributes, Meter, OpenTelemetryApi } from './opentelemetry-api.ts'
import { errorType, inSpan, quietly } from './opentelemetry-span.ts'
import type { Telemetry } from './telemetry.ts'

export type { OpenTelemetryApi } from './opentelemetry-api.ts'
export type { Telemetry } from './telemetry.ts'

const scope = 'latchkey'
// Those that the semantic conventions advise for database calls, in seconds.
const latencyBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/**
 * Spans and metrics of sessions, through the application's own `@opentelemetry/api`:
 * `createSessions({ store, telemetry: openTelemetry({ trace, metrics }) })`. None of them holds a token, a value, a
 * user id or an address.
 * - spans `session.open`, and inside it and elsewhere `session.store.read`, `.create`, `.update`, …
 * - `latchkey.store.duration`, a histogram in seconds
 * - `latchkey.events`, counts by `event.name` and, where it has one, `latchkey.reason`
 * - of a near cache, `latchkey.cache.lag` in seconds and `latchkey.cache.reads`
 *
 * @param elapsed milliseconds on a clock that never jumps; default performance.now
 */
export function openTelemetry(
  { trace, metrics }: OpenTelemetryApi,
  elapsed: () => number = () => performance.now(),
): Telemetry {
  const tracer = trace.getTracer(scope)
  const meter = metrics.getMeter(scope)
  const duration = meter.createHistogram('latchkey.store.duration', {
    description: 'How long operations of the session store take',
    unit: 's',
    advice: { explicitBucketBoundaries: latencyBuckets },
  })
  const events = meter.createCounter('latchkey.events', {
    description: 'What happened to sessions, by the names of the OWASP Logging Vocabulary',
    unit: '{event}',
  })

  function watched<T>(operation: string, sid: string | null, run: () => Promise<T> | T): Promise<T> | T {
    const attributes: Attributes = { 'latchkey.store.operation': operation }
    const startedAt = elapsed()
    return inSpan(tracer, `session.store.${operation}`, { ...attributes, ...idOf(sid) }, run, (outcome) => {
      const failure = 'error' in outcome ? { 'error.type': errorType(outcome.error) } : {}
      duration.record((elapsed() - startedAt) / 1000, { ...attributes, ...failure })
    })
  }

  return {
    store(store) {
      if (isCached(store)) observeCache(meter, store)
      return watchedStore(store, watched)
    },
    sessions<Data extends object>(sessions: Sessions<Data>): Sessions<Data> {
      for (const name of sessionEventNames) {
        sessions.on(name, (event) => quietly(() => events.add(1, { 'event.name': name, ...reasonOf(event) })))
      }
      return {
        ...sessions,
        open: async (exchange, options) =>
          inSpan(
            tracer,
            'session.open',
            {},
            () => sessions.open(exchange, options),
            (outcome, span) => {
              if ('error' in outcome) return
              const { sid, userId } = outcome.value
              span?.setAttribute(
                'latchkey.session',
                sid === null ? 'none' : userId === null ? 'visitor' : 'user',
              )
              if (sid !== null) span?.setAttribute('session.id', sid)
            },
          ),
      }
    },
  }
}

type Watched = <T>(operation: string, sid: string | null, run: () => Promise<T> | T) => Promise<T> | T

function watchedStore(store: SessionStore, watched: Watched): SessionStore {
  const subscribe = store.subscribe?.bind(store)
  const sweep = store.sweep?.bind(store)
  const confirmDeleted = store.confirmDeleted?.bind(store)
  return {
    ...(store.maxStale !== undefined && { maxStale: store.maxStale }),
    create: async (record) => watched('create', record.sid, () => store.create(record)),
    // Not async: what a store answers at once stays an answer at once.
    read: (sid, options) => watched('read', sid, () => store.read(sid, options)),
    update: async (sid, patch) => watched('update', sid, () => store.update(sid, patch)),
    delete: async (sid, guard) => watched('delete', sid, () => store.delete(sid, guard)),
    ...(confirmDeleted && {
      confirmDeleted: async (sid: string, guard: Guard) =>
        watched('confirmDeleted', sid, () => confirmDeleted(sid, guard)),
    }),
    list: async (userId) => watched('list', null, () => store.list(userId)),
    deleteAll: async () => watched('deleteAll', null, () => store.deleteAll()),
    ...(sweep && { sweep: async (now: number) => watched('sweep', null, () => sweep(now)) }),
    ...(subscribe && { subscribe }),
    close: async () => store.close?.(),
  }
}

function isCached(store: SessionStore): store is CachedStore {
  return 'stats' in store && typeof store.stats === 'function'
}

/** How far the near cache is behind, and what it answers. */
function observeCache(meter: Meter, store: CachedStore): void {
  const lag = meter.createObservableGauge('latchkey.cache.lag', {
    description:
      'How long announcements of changes take to reach the near cache, over the last 1000 heartbeats',
    unit: 's',
  })
  lag.addCallback((result) => {
    const { lag: times } = store.stats()
    if (!times) return
    for (const statistic of ['last', 'median', 'p99', 'max'] as const)
      result.observe(times[statistic] / 1000, { 'latchkey.statistic': statistic })
  })
  const reads = meter.createObservableCounter('latchkey.cache.reads', {
    description: 'Reads that the near cache answered (hit) or passed on (miss)',
    unit: '{read}',
  })
  reads.addCallback((result) => {
    const { hits, misses } = store.stats()
    result.observe(hits, { 'latchkey.cache.result': 'hit' })
    result.observe(misses, { 'latchkey.cache.result': 'miss' })
  })
}

function idOf(sid: string | null): Attributes {
  return sid === null ? {} : { 'session.id': sid }
}

function reasonOf(event: SessionEvents[keyof SessionEvents]): Attributes {
  if ('reason' in event) return { 'latchkey.reason': event.reason }
  return 'outcome' in event ? { 'latchkey.reason': event.outcome } : {}
}
