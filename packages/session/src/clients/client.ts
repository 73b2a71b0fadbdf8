import { SessionError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { refuseUnknown } from '../known-options.ts'
import { suspicionKey } from '../policies/assurance.ts'
import type { SessionRecord } from '../store.ts'
import { createClientAddress, type ProxyOptions } from './client-address.ts'
import { forgetAll, isMemoryFull, isRemembered, remember } from './client-memory.ts'
import {
  type Client,
  type ClientPart,
  cleanUserAgent,
  differences,
  isLatest,
  isSameClient,
  mostKept,
  readClients,
  type SeenClient,
  writeClients,
} from './client-record.ts'

/**
 * What happens when a session is used by a client that it does not know:
 * - `ignore`: the client gets its place in the list of devices
 * - `event`: `session_client_changed` as well
 * - `reauthenticate`: the event, and until the user has authenticated again `requireFresh` demands just that, and no
 *   privilege counts
 */
export type ClientChangeAction = 'ignore' | 'event' | 'reauthenticate'

export interface ClientChange {
  readonly userId: string | null
  /** The client that used the session last. */
  readonly before: SeenClient
  readonly after: Client
  /** What differs between the two. An address of the same network (IPv6: /64), or none, is no difference. */
  readonly changed: readonly ClientPart[]
}

export interface ClientOptions {
  /**
   * What a new client in the middle of a session means. Addresses change when a phone leaves the house, and browsers
   * update themselves: a sign to look at, never a proof of theft. Nor is its absence a proof of none, for a thief can
   * copy the user agent. A function can tell which changes matter, and may be asked more than once about one:
   * `({ changed }) => changed.includes('userAgent') ? 'reauthenticate' : 'event'`. Default 'ignore'.
   */
  readonly onChange?: ClientChangeAction | ((change: ClientChange) => ClientChangeAction) | undefined
}

/** What the record of a session has to learn about its client. */
export interface Sighting {
  readonly set: Readonly<Record<string, string>>
  /** Null when nobody has to hear of it. */
  readonly change: (ClientChange & { readonly action: 'event' | 'reauthenticate' }) | null
}

/** Describes the clients of sessions. What it keeps is in the record's data, under a reserved key. */
export interface Clients {
  /** The data of a session that this request starts or has authenticated for: no client but this one is known. */
  startWith(exchange: Exchange, record: SessionRecord | null, now: number): Readonly<Record<string, string>>
  /**
   * What this use of a session changes; null for nothing, as nearly always.
   * @param isTouched the record is written anyway
   */
  see(record: SessionRecord, exchange: Exchange, isTouched: boolean, now: number): Sighting | null
}

/** What a request says of its client, whether its session keeps that or not. */
export type DescribeClient = (exchange: Exchange) => Client

/** @throws SessionError `config_invalid` */
export function createDescribeClient(options: ProxyOptions): DescribeClient {
  const addressOf = createClientAddress(options)
  return (exchange) => ({
    userAgent: cleanUserAgent(exchange.header('user-agent')),
    address: addressOf(exchange),
  })
}

/**
 * @param warn hears of an `onChange` that throws: no request fails because of one
 * @throws SessionError `config_invalid`
 */
export function createClients(
  options: ClientOptions,
  describe: DescribeClient,
  warn: (message: string) => void,
): Clients {
  refuseUnknown('clients', options, { onChange: true })
  const { onChange = 'ignore' } = options
  refuseInvalid(onChange)
  const isWatching = onChange !== 'ignore'

  function actionFor(change: ClientChange): ClientChangeAction {
    if (typeof onChange === 'string') return onChange
    try {
      return onChange(change)
    } catch (error) {
      warn(`latchkey: clients.onChange threw: ${error instanceof Error ? error.message : String(error)}`)
      return 'event'
    }
  }

  function judged(record: SessionRecord, before: SeenClient, after: Client): Sighting['change'] {
    const change = { userId: record.userId, before, after, changed: differences(before, after) }
    const action = isWatching ? actionFor(change) : 'ignore'
    return action === 'ignore' ? null : { ...change, action }
  }

  return {
    startWith(exchange, record, now) {
      const client = describe(exchange)
      const known = record ? readClients(record).find((each) => isSameClient(each, client)) : undefined
      return { ...writeClients([seenAgain(client, known, now)]), ...forgetAll(record) }
    },
    see(record, exchange, isTouched, now) {
      // Without anybody to tell of it at once, the next write that is due anyway is early enough.
      if (!isTouched && !isWatching) return null
      const client = describe(exchange)
      if (isLatest(record, client)) return null
      const clients = readClients(record)
      const known = clients.find((each) => isSameClient(each, client))
      const [before] = clients
      const isNews = before !== undefined && !known && !isRemembered(record, client)
      if (!isTouched && !isNews) return null
      const change = isNews ? judged(record, before, client) : null
      const isSuspect = change?.action === 'reauthenticate' && record.userId !== null
      const isSuspectNow = isSuspect && record.data[suspicionKey] === undefined
      // Where clients change all the time, one more is worth no write of its own, unless it has a consequence.
      if (!isTouched && isMemoryFull(record) && !isSuspectNow) return null
      const kept = [seenAgain(client, known, now), ...clients.filter((each) => each !== known)]
      const set = { ...writeClients(kept), ...remember(record, kept.slice(mostKept)) }
      return { set: isSuspect ? { ...set, [suspicionKey]: String(now) } : set, change }
    },
  }
}

/** What is known of a client stays: when it was first seen, and its address where it has none this time. */
function seenAgain(client: Client, known: SeenClient | undefined, now: number): SeenClient {
  const address = client.address ?? known?.address ?? null
  return { ...client, address, firstSeenAt: known?.firstSeenAt ?? now, lastSeenAt: now }
}

function refuseInvalid(onChange: unknown): void {
  if (typeof onChange === 'function') return
  if (onChange === 'ignore' || onChange === 'event' || onChange === 'reauthenticate') return
  throw new SessionError(
    'config_invalid',
    "clients.onChange must be 'ignore', 'event', 'reauthenticate', or a function that says one of these.",
  )
}
