import { createHash } from 'node:crypto'
import { reservedPrefix } from '../record/values/json.ts'
import type { SessionRecord } from '../store.ts'
import { networkOf } from './client-address.ts'
import type { Client } from './client-record.ts'

/**
 * Where a record keeps which clients it has seen beside the few that it describes: ten characters for each, the oldest
 * first. Apart from the descriptions, so that servers of an earlier release read those as ever.
 */
const memoryKey = `${reservedPrefix}clients`
/** An office behind many addresses, with several browsers each, and still no more than 600 characters. */
const mostRemembered = 60
const programLength = 4
const networkLength = 6
const markLength = programLength + networkLength
const unknownNetwork = '*'.repeat(networkLength)

/** Whether the record has seen this client since the last sign-in, and describes it no more. */
export function isRemembered(record: SessionRecord, client: Client): boolean {
  const marks = marksOf(record)
  if (marks.length === 0) return false
  const mark = markOf(record, client)
  return marks.some((each) => isSame(each, mark))
}

/** Whether so many were seen that one more makes the record forget another. */
export function isMemoryFull(record: SessionRecord): boolean {
  return marksOf(record).length >= mostRemembered
}

/** The data that remembers these clients as well; none where they are remembered already. */
export function remember(
  record: SessionRecord,
  clients: readonly Client[],
): Readonly<Record<string, string>> {
  const marks = marksOf(record)
  const added = clients
    .map((client) => markOf(record, client))
    .filter((mark) => !marks.some((each) => isSame(each, mark)))
  if (added.length === 0) return {}
  return { [memoryKey]: JSON.stringify([...marks, ...added].slice(-mostRemembered).join('')) }
}

/** The data that remembers nobody; none where nobody is. */
export function forgetAll(record: SessionRecord | null): Readonly<Record<string, string>> {
  return record && marksOf(record).length > 0 ? { [memoryKey]: '""' } : {}
}

function marksOf({ data }: SessionRecord): readonly string[] {
  const text = data[memoryKey] ?? ''
  const marks: string[] = []
  for (let at = 1; at + markLength < text.length; at += markLength)
    marks.push(text.slice(at, at + markLength))
  return marks
}

/** Says nothing of the client, and nothing that could be compared with the mark of another session. */
function markOf({ sid }: SessionRecord, { userAgent, address }: Client): string {
  const digest = (part: string | null) =>
    createHash('sha256')
      .update(JSON.stringify([sid, part]))
      .digest('base64url')
  const network = address === null ? unknownNetwork : digest(networkOf(address)).slice(0, networkLength)
  return digest(userAgent).slice(0, programLength) + network
}

/** Who comes without an address may be any that is remembered; one that was remembered without vouches for no other. */
function isSame(mark: string, asked: string): boolean {
  if (mark === asked) return true
  return asked.endsWith(unknownNetwork) && mark.startsWith(asked.slice(0, programLength))
}
