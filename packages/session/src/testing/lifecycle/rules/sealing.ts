import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { SessionPatch, SessionRecord } from '../../../store.ts'
import type { Known } from '../running/action.ts'
import { type Action, describe, type Request } from '../running/action.ts'
import type { Ledger } from './ledger.ts'
import {
  currentWrap,
  formerWrap,
  isSealed,
  isSealedText,
  meaningOf,
  nonceOf,
  unwrap,
  valuesOf,
} from './unsealing.ts'

// What may be stored of sealed sessions, and who can read it.

type Written = Pick<SessionPatch, 'set' | 'unset'>

// A rotation that others got in the way of this often may leave values in the clear until the next.
const patience = 2

/** @param before null for a new session */
export function assertSealing(
  ledger: Ledger,
  action: Action,
  before: SessionRecord | null,
  record: SessionRecord,
  { set = {}, unset = [] }: Written,
): void {
  const { request } = action
  assert.ok(request)
  const isNewSecret = before?.secretHash !== record.secretHash
  const wasSealed = before !== null && isSealed(before)
  // The second of two sign-ins of one click goes on with what the first one made.
  const isJoin = before !== null && isNewSecret && record.previous?.nonce === null
  const mustSeal = wasSealed || (isNewSecret && request.isSealing && !isJoin)
  if (!mustSeal && !isSealed(record)) return
  const what = describe(action)
  assert.equal(isSealed(record), mustSeal, `whether a session is sealed after ${what}`)
  if (isNewSecret) assert.ok(currentWrap in set, `${what} did not wrap the key for its new secret`)
  const isWrapKept = !(currentWrap in set || formerWrap in set || unset.includes(currentWrap))
  assert.ok(isNewSecret || isWrapKept, `${what} changed who can unwrap the key, without a new secret`)
  if (isNewSecret) assertAllSealed(ledger, action, request, record)
  if (isNewSecret && wasSealed && isSignIn(action)) assertResealed(action, before, record)
  for (const [key, text] of Object.entries(set)) {
    if (isSealedText(text)) {
      assert.ok(!ledger.nonces.has(nonceOf(text)), `${what} used a nonce a second time`)
      ledger.nonces.add(nonceOf(text))
    }
    const mayBeClear = !isNewSecret && wasClear(ledger, request, record.sid)
    const isClear = valuesOf({ [key]: text }).length > 0 && !isSealedText(text)
    assert.ok(mayBeClear || !isClear, `${what} wrote ${key} in the clear`)
  }
}

/** With a new secret, what a request can have known of is sealed. */
function assertAllSealed(ledger: Ledger, action: Action, request: Request, record: SessionRecord): void {
  const since = request.openedTime - ledger.maxStale
  const written = ledger.sessions.get(record.sid)?.writtenTime
  for (const [key, text] of valuesOf(record.data)) {
    const isNews = (written?.get(key) ?? Number.NEGATIVE_INFINITY) >= since
    const isLeft = !isSealedText(text) && (isNews || action.refusals >= patience)
    assert.ok(isSealedText(text) || isLeft, `${describe(action)} left ${key} in the clear`)
  }
}

/** A sign-in leaves nothing under the key of before it, which whoever was there may have kept. */
function assertResealed(action: Action, before: SessionRecord, record: SessionRecord): void {
  for (const [key, text] of valuesOf(record.data))
    assert.notEqual(text, before.data[key], `${describe(action)} left ${key} under the former key (law 5)`)
}

function isSignIn(action: Action): boolean {
  return action.kind === 'deed' && action.deed.do === 'login'
}

/** Whether a session may have been sealed after a request had read it, and not by that request itself. */
export function wasClear(ledger: Ledger, request: Request, sid: string): boolean {
  const known = ledger.sessions.get(sid)
  if (!known) return false
  const { sealedTime, sealedBy } = known
  const isOwn = sealedBy?.request === request && !sealedBy.isFailed
  return !isOwn && sealedTime > request.openedTime - ledger.maxStale
}

/** Whether a write seals a value that was in the clear, or sealed for who was there before a sign-in, and says the same. */
export function sealsInPassing(
  action: Action,
  before: SessionRecord,
  record: SessionRecord,
  key: string,
): boolean {
  const [old, text] = [before.data[key], record.data[key]]
  const isNewSecret = before.secretHash !== record.secretHash
  if (!isNewSecret || old === undefined || text === undefined) return false
  const isResealed = isSignIn(action) && isSealed(before)
  return (isResealed || !isSealedText(old)) && isSealedText(text)
}

/** Keeps in mind what was written, once it was judged. */
export function noteWritten(
  ledger: Ledger,
  action: Action,
  { known, record }: { readonly known: Known; readonly record: SessionRecord },
  { set = {} }: Written,
): void {
  const now = ledger.clock.now()
  for (const key of Object.keys(set)) known.writtenTime.set(key, now)
  if (known.sealedTime !== Number.POSITIVE_INFINITY || !isSealed(record)) return
  Object.assign(known, { sealedTime: action.created ? Number.NEGATIVE_INFINITY : now, sealedBy: action })
}

/**
 * Reads what has changed in the store, with every token that the run knows: each that is good opens it, none that was
 * replaced before the last does, and the values are those that the deeds have made.
 * @param wrappingKeys of the tokens, by the hashes of their secrets
 */
export function readStored(ledger: Ledger, wrappingKeys: ReadonlyMap<string, KeyObject>): void {
  for (const known of ledger.sessions.values()) {
    const { record } = known
    if (!record || known.readRecord === record) continue
    known.readRecord = record
    if (!isSealed(record)) assertMeaning(known, record, null)
    else
      for (const [index, { hash }] of known.generations.entries()) {
        const wrappingKey = wrappingKeys.get(hash)
        if (wrappingKey) readWith(ledger, known, record, { index, wrappingKey })
      }
  }
}

function readWith(
  ledger: Ledger,
  known: Known,
  record: SessionRecord,
  { index, wrappingKey }: { readonly index: number; readonly wrappingKey: KeyObject },
): void {
  const generation = known.generations[index]
  if (!generation) return
  const key = unwrap(record, wrappingKey)
  const judgements = ledger.judgeSecret(generation)
  if (judgements.every((each) => each === 'good'))
    assert.ok(key, 'a secret that is good does not unwrap the key')
  const isOld = judgements.includes('dead') || index < known.generations.length - 2
  assert.ok(!isOld || key === null, 'a secret that was replaced long ago unwraps the key')
  if (!key) return
  assertMeaning(known, record, key)
  const name = key.export().toString('base64')
  const signIn = known.dataKeys.get(name) ?? known.signedInTick
  assert.equal(signIn, known.signedInTick, 'a sign-in kept the key of the values (law 5)')
  known.dataKeys.set(name, signIn)
}

function assertMeaning({ versions }: Known, record: SessionRecord, key: KeyObject | null): void {
  const wanted = versions.at(-1)?.view.data
  const meaning = meaningOf(record, key)
  const what = `the store holds ${JSON.stringify(meaning)}, not ${JSON.stringify(wanted)} (law 3)`
  assert.ok(isDeepStrictEqual(meaning, wanted), what)
}
