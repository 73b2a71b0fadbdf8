import { randomBytes } from 'node:crypto'
import type { StoreEvent, Subscription } from '../../../store.ts'
import type { RedisConnection, Subscriber } from '../clients/connection.ts'
import { withoutValues } from '../commands/errors.ts'
import { announcement, readAnnouncement } from './events.ts'

const shortestPause = 50
const longestPause = 2000
/** Milliseconds for connecting and subscribing. */
const startTimeout = 5000
/** So many pings may be on their way; with one more, the connection is taken for dead and replaced. */
const maxUnanswered = 2

/**
 * Hears the channel through a connection of its own, which is thrown away at the first sign of trouble and replaced:
 * clients differ in what they tell when they reconnect by themselves, and a cluster client moves its subscription
 * to another node without a word.
 */
export function subscribe(
  connection: RedisConnection,
  channel: () => Promise<string>,
  listener: (event: StoreEvent) => void,
): Subscription {
  // Every subscription hears every ping, and answers its own.
  const name = randomBytes(9).toString('base64url')
  const unanswered = new Map<string, Set<number>>()
  let state: 'starting' | 'listening' | 'lost' = 'starting'
  let current: Subscriber | null = null
  let timer: NodeJS.Timeout | null = null
  let attempt = 0
  let failures = 0
  let isClosed = false

  // A listener's error is its own: in here it would be taken for one of the connection.
  function tell(event: StoreEvent): void {
    try {
      listener(event)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  function hear(text: string): void {
    const said = readAnnouncement(text)
    if (said === null || state !== 'listening') return
    if (said.type !== 'ping') {
      tell(said)
      return
    }
    const parts = said.subscription === name ? unanswered.get(said.id) : undefined
    if (!parts?.delete(said.part) || parts.size > 0) return
    unanswered.delete(said.id)
    tell({ type: 'echo', id: said.id })
  }

  function replace(broken: number): void {
    if (isClosed || timer || broken !== attempt) return
    const dead = current
    current = null
    unanswered.clear()
    timer = setTimeout(open, Math.min(shortestPause * 2 ** failures++, longestPause)).unref()
    // Last: node-redis says `end` while it is being destroyed, which leads back to here.
    dead?.close()
    if (state === 'lost') return
    state = 'lost'
    tell({ type: 'lost' })
  }

  async function open(): Promise<void> {
    timer = null
    const mine = ++attempt
    const isMine = () => !isClosed && mine === attempt && !timer
    const tooLate = setTimeout(() => replace(mine), startTimeout).unref()
    try {
      const subscriber = await connection.openSubscriber(mine)
      if (!isMine()) return subscriber.close()
      current = subscriber
      await subscriber.start(
        await channel(),
        (text) => isMine() && hear(text),
        () => replace(mine),
      )
      if (!isMine()) return subscriber.close()
      failures = 0
      // What was sent before may never come back.
      unanswered.clear()
      state = 'listening'
      tell({ type: 'listening' })
    } catch {
      replace(mine)
    } finally {
      clearTimeout(tooLate)
    }
  }

  void open()
  return {
    async ping(id) {
      if (unanswered.size >= maxUnanswered) replace(attempt)
      const parts = new Set<number>()
      unanswered.set(id, parts)
      try {
        const [to, primaries] = await Promise.all([channel(), connection.primaries()])
        // From every primary: each has its own way to the node that is listened to.
        for (const part of primaries.keys()) parts.add(part)
        await Promise.all(
          primaries.map((send, part) => send(['PUBLISH', to, announcement.ping(name, part, id)])),
        )
      } catch (error) {
        unanswered.delete(id)
        throw withoutValues(error)
      }
    },
    async close() {
      isClosed = true
      if (timer) clearTimeout(timer)
      current?.close()
      current = null
    },
  }
}
