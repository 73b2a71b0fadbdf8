import { hash } from 'node:crypto'
import { absoluteEnd } from '../policies/policy.ts'
import { type Note, notePrefix, putNote } from '../record/note.ts'
import type { SessionContext } from '../request/context.ts'
import type { SessionRecord } from '../store.ts'
import { type ProviderSession, providerSessionOf } from './provider-session.ts'

// What leads from a provider's session to ours, without a scan on any store (decisions/0030): a note for each, which the
// store finds by its owner, and the owner is a hash of whom it is about.
const purpose = `${notePrefix}from`

/** Milliseconds: clocks may be so far apart, and a link must not go before its session. */
const spare = 10 * 60_000

const digest = (parts: readonly string[]) => hash('sha256', JSON.stringify(parts), 'base64url')

/** A provider's session, or all that are of one subject there, in a form that tells nothing of either. */
export type LinkKey = string

export const keyOfSid = (issuer: string, sid: string): LinkKey => digest(['sid', issuer, sid])
export const keyOfSubject = (issuer: string, subject: string): LinkKey => digest(['sub', issuer, subject])

function keysOf(record: Pick<SessionRecord, 'data'>): LinkKey[] {
  const from = providerSessionOf(record)
  if (!from) return []
  const bySubject = keyOfSubject(from.issuer, from.subject)
  return from.sid === undefined ? [bySubject] : [bySubject, keyOfSid(from.issuer, from.sid)]
}

const ownerOf = (key: LinkKey) => `${purpose}:${key}`
const sidOf = (key: LinkKey, sid: string) => `${purpose}:${digest([key, sid]).slice(0, 32)}`

/**
 * Makes the links of a record, or lets them live as long as it now can. Before the record is written: a session that nobody
 * finds is worse than a link to none.
 */
export async function link(context: SessionContext, record: SessionRecord, since?: number): Promise<void> {
  const keys = keysOf(record)
  if (keys.length === 0) return
  const expiresAt = absoluteEnd(record, context.policies.of(record)) + spare
  const common = { purpose, at: context.now(), expiresAt, data: { sid: record.sid } }
  const notes: Note[] = keys.map((key) => ({ ...common, sid: sidOf(key, record.sid), owner: ownerOf(key) }))
  const store = {
    create: (note: SessionRecord) => context.create(note, since),
    update: (sid: string, patch: Parameters<SessionContext['update']>[1]) =>
      context.update(sid, patch, since),
  }
  await Promise.all(notes.map((note) => putNote(store, note, { expiresAt })))
}

/**
 * Removes the links of a record that is gone, or that came from elsewhere before. What fails here is a link to no session,
 * which goes by itself.
 */
export async function unlink(
  context: SessionContext,
  record: Pick<SessionRecord, 'sid' | 'data'>,
  kept: Pick<SessionRecord, 'data'> = { data: {} },
): Promise<void> {
  const stays = new Set(keysOf(kept))
  const keys = keysOf(record).filter((key) => !stays.has(key))
  await Promise.allSettled(keys.map((key) => context.removeNote(sidOf(key, record.sid))))
}

/** The sessions that came from there, as the store has them now. */
export async function linkedTo(
  context: SessionContext,
  key: LinkKey,
  isMeant: (from: ProviderSession) => boolean = () => true,
): Promise<SessionRecord[]> {
  const links = await context.notes(ownerOf(key))
  const sids = links.flatMap(({ policy, data }) => (policy === purpose && data.sid ? [data.sid] : []))
  const records = await Promise.all(sids.map((sid) => context.read(sid, { fresh: true })))
  return records.filter((record): record is SessionRecord => {
    const from = record && providerSessionOf(record)
    return from !== null && keysOf(record as SessionRecord).includes(key) && isMeant(from)
  })
}
