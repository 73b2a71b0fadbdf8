import { reservedPrefix } from '../record/values/json.ts'
import { unreadable } from '../record/values/unreadable.ts'
import { secretOf } from '../secret/token.ts'
import type { Guard, SessionPatch, SessionRecord } from '../store.ts'
import { isSealedText, Seal } from './sealed.ts'

// One wrapped data key for each secret that opens the session. They change only together with the secret, in the
// same atomic step, so that a guard on the secret is a guard on them.
const currentKey = `${reservedPrefix}key`
const formerKey = `${reservedPrefix}key-before`

type Data = SessionRecord['data']

/** Keys of this layer itself. Their values stay in the clear: lists and the server judge by them. */
export function isReserved(key: string): boolean {
  return key.startsWith(reservedPrefix)
}

export function isSealed(record: Pick<SessionRecord, 'data'>): boolean {
  return record.data[currentKey] !== undefined
}

/** The record's seal, by the token of a request that it lets in; null when no wrapped key is for this token. */
export function unwrapSeal(record: Pick<SessionRecord, 'sid' | 'data'>, token: string): Seal | null {
  const wraps = [record.data[currentKey], record.data[formerKey]]
  for (const wrapped of wraps) {
    const seal = wrapped === undefined ? null : Seal.unwrap(record.sid, secretOf(token), wrapped)
    if (seal) return seal
  }
  return null
}

/** The data of a new session. @param seal null where values stay in the clear */
export function sealedData(data: Data, seal: Seal | null, token: string): Data {
  return seal ? { ...closed(data, seal), [currentKey]: seal.wrapFor(secretOf(token)) } : data
}

/** The stored text of an application's value; undefined when there is none. */
export function storedText(record: Pick<SessionRecord, 'data'>, key: string): string | undefined {
  return !isReserved(key) && Object.hasOwn(record.data, key) ? record.data[key] : undefined
}

/**
 * The JSON text of what is stored.
 * @param sealOf asked only when the value is sealed
 * @throws SessionError `data_unreadable`
 */
export function opened(key: string, stored: string, sealOf: () => Seal | null): string {
  if (!isSealedText(stored)) return stored
  const seal = sealOf()
  if (!seal) throw unreadable(`${JSON.stringify(key)} is sealed, and the session has no key`)
  return seal.open(key, stored)
}

/** Values with the application's in sealed form. */
export function closed(values: Data, seal: Seal | null): Data {
  if (!seal) return values
  return Object.fromEntries(
    Object.entries(values).map(([key, text]) => [
      key,
      isInTheClear(key, text) ? seal.close(key, text) : text,
    ]),
  )
}

/** How the data changes in the step that changes the secret; nothing is named that need not change. */
export interface Rewrap {
  readonly change: Pick<SessionPatch, 'set' | 'unset'>
  readonly guard: Guard
}

interface Secrets {
  /** Token with the new secret. */
  readonly next: string
  /** Token with the one before, where that stays good for a while. */
  readonly former: string | null
}

/**
 * Wraps the data key for a new secret, together with what else changes in this step. Values that are in the clear, as
 * those of a session from before `sealed` was switched on, are sealed on the way unless `leaveClear`; the guard then
 * sees that none of them changes meanwhile.
 */
export function rewrap(
  record: SessionRecord,
  seal: Seal | null,
  { next, former }: Secrets,
  change: Rewrap['change'] = {},
  leaveClear = false,
): Rewrap {
  if (!seal) return { change, guard: {} }
  const clear = leaveClear ? [] : Object.entries(record.data).filter(([key, text]) => isInTheClear(key, text))
  const wraps = {
    [currentKey]: seal.wrapFor(secretOf(next)),
    ...(former !== null && { [formerKey]: seal.wrapFor(secretOf(former)) }),
  }
  const unset = [...(change.unset ?? []), ...(former === null ? formerWraps(record) : [])]
  return {
    change: {
      set: { ...closed(Object.fromEntries(clear), seal), ...change.set, ...wraps },
      ...(unset.length > 0 && { unset }),
    },
    guard: clear.length > 0 ? { rev: record.rev } : {},
  }
}

/**
 * How the data changes when the session gets another data key as well: every value is sealed anew.
 * @throws SessionError `data_unreadable`
 */
export function reseal(
  record: SessionRecord,
  former: Seal,
  next: Seal,
  token: string,
  change: Rewrap['change'],
): Rewrap['change'] {
  const values = Object.entries(record.data).filter(([key]) => !isReserved(key))
  const set = values.map(
    ([key, text]) =>
      [
        key,
        next.close(
          key,
          opened(key, text, () => former),
        ),
      ] as const,
  )
  const unset = [...(change.unset ?? []), ...formerWraps(record)]
  return {
    set: { ...Object.fromEntries(set), ...change.set, [currentKey]: next.wrapFor(secretOf(token)) },
    ...(unset.length > 0 && { unset }),
  }
}

/** Keys that go once the former secret opens nothing any more. */
export function formerWraps(record: SessionRecord): readonly string[] {
  return formerKey in record.data ? [formerKey] : []
}

function isInTheClear(key: string, text: string): boolean {
  return !isReserved(key) && !isSealedText(text)
}
