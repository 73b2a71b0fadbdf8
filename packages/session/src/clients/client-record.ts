import { reservedPrefix } from '../record/values/json.ts'
import type { SessionRecord } from '../store.ts'
import { networkOf } from './client-address.ts'

/** What a request says of the program and the place it comes from. A thief may have copied either. */
export interface Client {
  /** At most 256 characters, without control characters; null when the request has none. */
  readonly userAgent: string | null
  /** Canonical text of the IP address; null when it cannot be known. */
  readonly address: string | null
}

/** A client that a session has been used by. Times are milliseconds since the epoch. */
export interface SeenClient extends Client {
  readonly firstSeenAt: number
  /** Exact to a minute, or a tenth of the idle timeout if that is shorter. */
  readonly lastSeenAt: number
}

/** Where a record keeps its clients, in its data: a change of them is one write with everything else. */
export const clientKey = `${reservedPrefix}client`
export const mostKept = 4
const longestUserAgent = 256
const printable = /^[\x20-\x7e]*$/

/** Text that every store can keep and no log or terminal takes for a command. */
export function cleanUserAgent(header: string | null | undefined): string | null {
  const text = header?.slice(0, longestUserAgent) ?? null
  if (text === null || printable.test(text)) return text
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd')
}

/** The clients that a record knows, the latest first; none where they are not described. */
export function readClients(record: SessionRecord): readonly SeenClient[] {
  const rows = parsed(record.data[clientKey])
  return rows.map(([userAgent, address, firstSeenAt, lastSeenAt], index) => ({
    userAgent,
    address,
    firstSeenAt,
    // The latest is the one that uses the session, of which the record knows the last time better.
    lastSeenAt: index === 0 ? Math.max(lastSeenAt, record.lastSeenAt) : lastSeenAt,
  }))
}

type Row = readonly [userAgent: string | null, address: string | null, first: number, last: number]

function parsed(text: string | undefined): readonly Row[] {
  if (text === undefined) return []
  try {
    const rows: unknown = JSON.parse(text)
    return Array.isArray(rows) ? rows : []
  } catch {
    return []
  }
}

/** The data that keeps these clients, the latest first. */
export function writeClients(clients: readonly SeenClient[]): Readonly<Record<string, string>> {
  const rows = clients
    .slice(0, mostKept)
    .map(
      ({ userAgent, address, firstSeenAt, lastSeenAt }): Row => [userAgent, address, firstSeenAt, lastSeenAt],
    )
  return { [clientKey]: JSON.stringify(rows) }
}

/** Whether the record's latest client is this very one. Parses nothing, for it is asked at every request. */
export function isLatest(record: SessionRecord, { userAgent, address }: Client): boolean {
  const text = record.data[clientKey]
  return text?.startsWith(`[${JSON.stringify([userAgent, address]).slice(0, -1)},`) ?? false
}

/** Whether two descriptions are of the same client, as far as they can tell. */
export function isSameClient(a: Client, b: Client): boolean {
  return differences(a, b).length === 0
}

export type ClientPart = 'userAgent' | 'address'

/** An address that is not known, as a wrapper may not pass it on, is no difference. */
export function differences(a: Client, b: Client): ClientPart[] {
  const parts: ClientPart[] = []
  if (a.userAgent !== b.userAgent) parts.push('userAgent')
  if (a.address !== null && b.address !== null && networkOf(a.address) !== networkOf(b.address))
    parts.push('address')
  return parts
}
