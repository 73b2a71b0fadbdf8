import type { RenewalReason } from '../events/events.ts'
import { link } from '../links/link.ts'
import type { LinkedSignIn } from '../links/linked-sign-in.ts'
import { merged } from '../record/merged.ts'
import { isUnreadable } from '../record/values/unreadable.ts'
import type { Held } from '../request/held.ts'
import { Seal } from '../sealed/sealed.ts'
import { isSealed, reseal, rewrap } from '../sealed/sealed-record.ts'
import { isJoinable, rememberFormer } from '../secret/former-sign-in.ts'
import { recognise } from '../secret/renewal.ts'
import { familyOf, isSecretOf, type MintedToken, mintSecret, ownHash, parseToken } from '../secret/token.ts'
import type { MutableFields, SessionPatch, SessionRecord } from '../store.ts'
import { keepLimit, tellOfLogin } from './start.ts'

// Renewals are an hour apart, so one is all that can come between.
const rotationAttempts = 3
// A sign-in that seals all values anew meets every other write to them, and must not lose them for that.
const resealingAttempts = 10

/** What changes together with the secret, in the same atomic step. */
export interface RotationChange {
  readonly fields?: Partial<MutableFields>
  readonly set?: Readonly<Record<string, string>>
  readonly unset?: readonly string[]
  /** Of a sign-in. */
  readonly linked?: LinkedSignIn
}

export type RotationReason = Exclude<RenewalReason, 'renewal'>

/**
 * Gives the session a secret of a new family. False when the record is gone, or got another secret than by a renewal
 * that this request's own secret has outlived: one that is dead must never lead to one that lives.
 */
export async function rotate(handle: Held, reason: RotationReason, change: RotationChange): Promise<boolean> {
  handle.stream?.hold()
  try {
    return await rotateHeld(handle, reason, change)
  } finally {
    handle.stream?.release()
  }
}

async function rotateHeld(handle: Held, reason: RotationReason, change: RotationChange): Promise<boolean> {
  const { context } = handle
  const isResealing = reason === 'login' && handle.record !== null && isSealed(handle.record)
  const attempts = isResealing ? resealingAttempts : rotationAttempts
  for (let attempt = 0; attempt < attempts; attempt++) {
    const isStale = attempt > 0 || !isCurrent(handle)
    if (isStale && !(await followRenewal(handle))) return false
    const before = handle.record
    if (!before) return false
    const token = mintSecret(before.sid)
    const isLast = attempt === attempts - 1
    const rotation = await rotationOf(handle, before, token, { reason, change, isLast })
    if (!rotation) return false
    const { patch, seal } = rotation
    const record = { ...before, ...patch.fields, data: merged(before.data, patch), rev: before.rev + 1 }
    // Its end may be another one from now on, which what leads to it must not come before.
    if (change.fields) await link(context, record, handle.since)
    if (!(await context.update(before.sid, patch, handle.since))) continue
    context.overtaken.rotated(record.sid, record.secretHash)
    const takenAt = performance.now()
    context.streams.rotated(record, handle.stream)
    if (reason === 'login') await keepLimit(context, record, takenAt)
    await change.linked?.after(record, before, takenAt)
    handle.adopt(record, token, seal, takenAt)
    context.emit('session_renewed', record, { reason })
    if (reason === 'login') tellOfLogin(context, record)
    return true
  }
  return false
}

interface Wish {
  readonly reason: RotationReason
  readonly change: RotationChange
  readonly isLast: boolean
}

interface Rotation {
  readonly patch: SessionPatch & { readonly fields: Partial<MutableFields> }
  readonly seal: Seal | null
}

/** Null where the session's key is broken: it ends then, as nothing would bring its values back. */
async function rotationOf(
  handle: Held,
  before: SessionRecord,
  token: MintedToken,
  { reason, change, isLast }: Wish,
): Promise<Rotation | null> {
  const { context, exchange } = handle
  const renewedAt = context.now()
  const isSignIn = reason === 'login' || reason === 'reauthenticate'
  const client = isSignIn ? context.clients?.startWith(exchange, before, renewedAt) : undefined
  const former = reason === 'login' ? rememberFormer(before, renewedAt) : undefined
  const set = client || former ? { ...change.set, ...client, ...former } : change.set
  const wanted = { ...(set && { set }), ...(change.unset && { unset: change.unset }) }
  // What the layer adds of its own must not keep anybody from signing in.
  context.assertSize(merged(before.data, change), before.data)
  const fields = { ...change.fields, secretHash: token.secretHash, previous: null, renewedAt }
  try {
    const seal = handle.sealOf(before)
    const isNewIdentity = reason === 'login' && seal !== null && isSealed(before)
    // A sign-in's values are under a key that no request of before it has ever had.
    if (isNewIdentity) {
      const next = Seal.mint(before.sid)
      const guard = { rev: before.rev, secretHash: before.secretHash }
      return { patch: { fields, ...reseal(before, seal, next, token.text, wanted), guard }, seal: next }
    }
    const used = seal ?? (context.sealed ? Seal.mint(before.sid) : null)
    // Whoever else is busy with the values in the clear must not cost the user the rotation.
    const wrapped = rewrap(before, used, { next: token.text, former: null }, wanted, isLast)
    const guard = { ...wrapped.guard, secretHash: before.secretHash }
    return { patch: { fields, ...wrapped.change, guard }, seal: used }
  } catch (error) {
    if (isUnreadable(error)) await context.endUnreadable(before)
    return null
  }
}

function isCurrent({ record, text }: Held): boolean {
  const token = parseToken(text ?? '')
  return token !== null && record !== null && isSecretOf(token, record.secretHash)
}

/**
 * A renewal by another request of this browser is no reason to lose the session: its token is in the browser's hands, or
 * on the way there, just as this request's. But this request's own secret must still be one that opens the session: it
 * was good when it came, so that it accuses nobody, however long its request takes.
 */
async function followRenewal(handle: Held): Promise<boolean> {
  const { context, record: before, text } = handle
  const token = parseToken(text ?? '')
  const fresh = before && (await handle.fresh(before.sid))
  if (!before || !fresh || !token || !text || fresh.userId !== before.userId) return false
  // Another sign-in of the same click was a boundary too, although the secret before it stays good for the browser.
  if (familyOf(fresh.secretHash) !== familyOf(before.secretHash)) return false
  const now = context.now()
  const presented = recognise(fresh, token, text, context.policies.of(fresh), { now, arrivedAt: now })
  if (presented !== 'current' && presented !== 'previous') return false
  const { data, rev, secretHash, previous } = fresh
  handle.record = { ...before, data, rev, secretHash, previous }
  return true
}

/**
 * The second of two sign-ins of one click: it brings the secret that the first one replaced moments ago, and the same
 * user's credentials. It gives the session another secret, and the first one's stays good until that was used: whichever
 * answer the browser takes last, it is signed in, with what the visitor had.
 * @param changeOf of the session as it is now: what others did to it meanwhile is withdrawn as by any sign-in
 */
export async function joinSignIn(
  handle: Held,
  userId: string,
  changeOf: (record: SessionRecord) => RotationChange,
): Promise<boolean> {
  const { context, text } = handle
  const token = parseToken(text ?? '')
  if (!text || !token) return false
  const before = await handle.fresh(token.sid)
  const isOpen = before !== null && context.isLive(before) && !isSealed(before)
  if (!isOpen || !isJoinable(before, text, userId, context.now())) return false
  const next = mintSecret(before.sid)
  const previous = { hash: ownHash(before.secretHash), confirmedAt: null, nonce: null }
  const { fields: changed, set, unset, linked } = changeOf(before)
  const fields = { ...changed, secretHash: next.secretHash, previous, renewedAt: context.now() }
  const guard = { secretHash: before.secretHash }
  const patch = { fields, ...(set && { set }), ...(unset && { unset }), guard }
  const record = { ...before, ...fields, data: merged(before.data, patch), rev: before.rev + 1 }
  await linked?.before(record, handle.since)
  if (!(await context.update(before.sid, patch, handle.since))) return false
  context.overtaken.joined(record.sid, before.secretHash, record.secretHash)
  context.streams.rotated(record, handle.stream)
  const takenAt = performance.now()
  await linked?.after(record, before, takenAt)
  handle.adopt(record, next, null, takenAt)
  context.emit('session_renewed', record, { reason: 'login' })
  tellOfLogin(context, record)
  return true
}
