import assert from 'node:assert/strict'
import type { SessionPatch, SessionStore, StoreEvent, Subscription } from '../../store.ts'
import { sampleRecord } from './record-laws.ts'
import { type StoreLawBodies, sessionsOn, signedIn, within } from './signed-in.ts'

const patience = 10_000

interface Ear {
  readonly heard: StoreEvent[]
  readonly subscription: Subscription
  /** Resolves with the first event, heard already or still to come, that fits. */
  until(fits: (event: StoreEvent) => boolean): Promise<StoreEvent>
}

async function listening(store: SessionStore): Promise<Ear> {
  const heard: StoreEvent[] = []
  const waiting = new Set<() => void>()
  const subscription = store.subscribe?.((event) => {
    heard.push(event)
    for (const look of [...waiting]) look()
  })
  assert.ok(subscription, 'a store that announces has subscribe')
  const until = (fits: (event: StoreEvent) => boolean) =>
    within(
      patience,
      new Promise<StoreEvent>((resolve) => {
        const look = () => {
          const found = heard.find(fits)
          if (!found) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    )
  await until(({ type }) => type === 'listening')
  return { heard, subscription, until }
}

const isEnded = (sid: string | null) => (event: StoreEvent) => event.type === 'ended' && event.sid === sid
const isChanged = (sid: string) => (event: StoreEvent) => event.type === 'changed' && event.sid === sid

/** What a store must do that tells other processes of changes. */
export const announcementLaws: StoreLawBodies = {
  async 'announce: every end is told to every listener'(store) {
    const ears = [await listening(store), await listening(store)]
    const [one, two] = [sampleRecord(), sampleRecord({ userId: 'u' })]
    for (const record of [one, two]) await store.create(record)
    await store.delete(one.sid)
    await store.delete(two.sid, { rev: 0 })
    for (const { until } of ears) await Promise.all([until(isEnded(one.sid)), until(isEnded(two.sid))])
    await store.create(sampleRecord())
    await store.deleteAll()
    for (const { until, subscription } of ears) {
      await until(isEnded(null))
      await subscription.close()
    }
  },

  async 'announce: new data, a new secret and a new user are told'(store) {
    const { until, subscription } = await listening(store)
    const patches: SessionPatch[] = [
      { set: { k: '1' } },
      { unset: ['k'] },
      { fields: { secretHash: 'h'.repeat(43), renewedAt: 1 } },
      { fields: { userId: 'u' } },
    ]
    for (const patch of patches) {
      const record = sampleRecord()
      await store.create(record)
      await store.update(record.sid, patch)
      await until(isChanged(record.sid))
    }
    await subscription.close()
  },

  async 'announce: new times are not told, nor what did not happen'(store) {
    const { heard, until, subscription } = await listening(store)
    const record = sampleRecord({ userId: 'u' })
    await store.create(record)
    const times = { lastSeenAt: record.lastSeenAt + 1, expiresAt: record.expiresAt + 1 }
    await store.update(record.sid, { fields: times, owner: 'u' })
    await store.update(record.sid, { set: { k: '1' }, guard: { rev: 99 } })
    await store.delete(record.sid, { rev: 99 })
    await store.delete(sampleRecord().sid)
    await subscription.ping('after')
    await until((event) => event.type === 'echo' && event.id === 'after')
    await store.delete(record.sid)
    await until(isEnded(record.sid))
    const told = heard.filter(({ type }) => type === 'changed' || type === 'ended')
    assert.deepEqual(told, [{ type: 'ended', sid: record.sid }])
    await subscription.close()
  },

  async 'announce: a closed subscription hears no more'(store) {
    const [closed, open] = [await listening(store), await listening(store)]
    await closed.subscription.close()
    const before = closed.heard.length
    const record = sampleRecord()
    await store.create(record)
    await store.delete(record.sid)
    await open.until(isEnded(record.sid))
    assert.equal(closed.heard.length, before)
    await open.subscription.close()
  },

  async 'law 10: an open stream ends when another process ends its session, without being polled'(store) {
    const [here, there] = [1, 2].map(() => sessionsOn(store, { streamCheckInterval: '1h' }))
    assert.ok(here && there)
    // Whoever listens after this is heard by both: the streams' own subscription is known to be there.
    for (const end of ['revoke', 'revokeUser', 'revokeAll'] as const) {
      const { browser, sid } = await signedIn(here)
      const { session } = await browser.visit(here)
      const { signal } = session
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      const told = new Promise<void>((resolve) => {
        const stop = here.onEnded((ended) => {
          if (ended !== sid && ended !== null) return
          stop()
          resolve()
        })
      })
      await subscribed(store)
      if (end === 'revoke') await there.revoke(sid)
      if (end === 'revokeUser') await there.revokeUser('alice')
      if (end === 'revokeAll') await there.revokeAll()
      await within(patience, Promise.all([aborted, told]))
    }
  },

  async 'law 5: an open stream ends when another process gives its session a new secret, without being polled'(
    store,
  ) {
    const [here, there] = [1, 2].map(() => sessionsOn(store, { streamCheckInterval: '1h' }))
    assert.ok(here && there)
    const { browser } = await signedIn(here)
    const { signal } = (await browser.visit(here)).session
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    await subscribed(store)
    await (await browser.visit(there)).session.reauthenticate()
    await within(patience, aborted)
  },
}

// A subscription made now is confirmed after those made before it.
async function subscribed(store: SessionStore): Promise<void> {
  const { subscription } = await listening(store)
  await subscription.close()
}
