import { createDeadline } from '../../deadline/deadline.ts'
import { isSessionError, SessionError } from '../../errors.ts'
import { parseDuration } from '../../policies/duration.ts'
import { assertSize } from '../../record/values/size.ts'
import type { SessionPatch, SessionRecord } from '../../store.ts'
import { changeOf, type Texts } from '../changed-values.ts'
import { formerSessions } from '../former-store.ts'
import {
  dataOf,
  keyOf,
  type RecordKey,
  recordOf,
  textsOfRecord,
  valuesOf,
  valueTexts,
  withCookie,
} from './kept-record.ts'
import { type Known, ReadMarker } from './read-marker.ts'
import type { FastifySessionStoreOptions } from './store-options.ts'
import { createTimes } from './times.ts'

/** A session as @fastify/session hands it to its store. */
export type PluginSession = Readonly<Record<string, unknown>> & { readonly cookie?: object }

export interface KeptSessions {
  /** The live session; null for none. A sign of its user. */
  read(id: string): Promise<object | null>
  /**
   * Writes what has changed since it was read.
   * @throws SessionError `session_ended` where it has ended since, `record_too_large`, `store_unavailable`
   */
  write(id: string, session: PluginSession): Promise<void>
  /** Ends the session for good: its values go, and a mark stays for as long as it could have lived. */
  end(id: string): Promise<void>
}

const maxBytes = 65_536
// A process of before may write a session again for as long as it runs, and its store may keep that for as long.
const markedFor = 30 * 86_400_000

/** @throws SessionError `config_invalid` */
export function createKeptSessions(options: FastifySessionStoreOptions): KeptSessions {
  const { store, now = Date.now } = options
  const times = createTimes(options)
  const storeTimeout = parseDuration(options.storeTimeout ?? '2s', 'storeTimeout')
  const withDeadline = createDeadline(storeTimeout)
  const former = options.formerly && formerSessions(options.formerly, storeTimeout)
  // What a request has written itself, by the object that it goes on with.
  const written = new WeakMap<object, Known>()

  const fresh = async (sid: string) => withDeadline('read', () => store.read(sid, { fresh: true }))
  const update = (sid: string, patch: SessionPatch) => withDeadline('update', () => store.update(sid, patch))
  const isLive = (record: SessionRecord | null, key: RecordKey): record is SessionRecord =>
    record !== null && record.secretHash === key.live && now() < record.expiresAt

  /** One step: of a session that has ended nothing is written, whoever had read it. */
  async function change(known: Known, key: RecordKey, texts: Texts, cookie: string): Promise<void> {
    const at = now()
    // Others may have used it since.
    if (!(at < known.expiresAt) && !isLive(await fresh(key.sid), key)) throw hasEnded()
    const changed = changeOf(known.texts, texts)
    const isRolled = cookie !== known.cookie && times.isDue(known, cookie, at)
    if (!changed && !isRolled) {
      // Its cookie is about to go out again.
      if (!isLive(await fresh(key.sid), key)) throw hasEnded()
      return
    }
    const fields = { lastSeenAt: at, expiresAt: times.end(known.createdAt, at, cookie) }
    const patch = {
      ...changed,
      set: withCookie(changed?.set, cookie),
      fields,
      guard: { secretHash: key.live },
    }
    if (!(at < fields.expiresAt) || !(await update(key.sid, patch))) throw hasEnded()
    Object.assign(known, fields, { texts, cookie })
  }

  /** False where there is one, or was one, under this sid. */
  async function isCreated(record: SessionRecord): Promise<boolean> {
    try {
      await withDeadline('create', () => store.create(record))
      return true
    } catch (error) {
      if (!isSessionError(error) || error.code !== 'sid_taken') throw error
      return false
    }
  }

  async function create(id: string, key: RecordKey, texts: Texts, cookie: string): Promise<Known> {
    const at = now()
    const expiresAt = times.end(at, at, cookie)
    const record = recordOf(key.sid, key.live, at, expiresAt, dataOf(texts, cookie))
    if (await isCreated(record)) return { id, createdAt: at, lastSeenAt: at, expiresAt, texts, cookie }
    // Handed over as it is, by an application that calls the store itself.
    const there = await fresh(key.sid)
    if (!isLive(there, key)) throw hasEnded()
    const known = knownOf(id, there)
    await change(known, key, texts, cookie)
    return known
  }

  /** Takes what a former store has under the ID over, once. Requests that come at once find the same. */
  async function moved(id: string, key: RecordKey): Promise<SessionRecord | null> {
    const session = await former?.read(id, now())
    if (!session || (await fresh(key.moved))) return null
    const { originalMaxAge, expires, path, domain } = session.cookie
    const cookie = JSON.stringify({ originalMaxAge, path, domain })
    const at = now()
    const data = dataOf(valueTexts(session.values), cookie)
    await isCreated(recordOf(key.sid, key.live, at, times.end(at, at, cookie), data))
    await isCreated(recordOf(key.moved, key.ended, at, Math.max(at + markedFor, expires ?? 0), {}))
    await former?.destroy(id)
    return fresh(key.sid)
  }

  return {
    async read(id) {
      const key = keyOf(id)
      const record = (await withDeadline('read', () => store.read(key.sid))) ?? (await moved(id, key))
      if (!isLive(record, key)) return null
      const known = knownOf(id, record)
      const at = now()
      if (times.isUsed(known, at)) {
        const fields = { lastSeenAt: at, expiresAt: times.end(known.createdAt, at, known.cookie) }
        if (!(await update(key.sid, { fields, guard: { secretHash: key.live } }))) return null
        Object.assign(known, fields)
      }
      return {
        ...valuesOf(known.texts),
        cookie: times.cookie(known),
        [ReadMarker.key]: new ReadMarker(known),
      }
    },
    async write(id, session) {
      const key = keyOf(id)
      const texts = valueTexts(session)
      const cookie = JSON.stringify(session.cookie ?? {})
      const last = written.get(session)
      const known = (last?.id === id ? last : null) ?? ReadMarker.knownOf(session, id)
      assertSize(dataOf(texts, cookie), maxBytes, known ? dataOf(known.texts, known.cookie) : undefined)
      if (known) await change(known, key, texts, cookie)
      else written.set(session, await create(id, key, texts, cookie))
    },
    async end(id) {
      const { sid, live, ended } = keyOf(id)
      const record = await fresh(sid)
      if (!record) {
        await former?.destroy(id)
        return
      }
      const fields = {
        secretHash: ended,
        expiresAt: times.last(record.createdAt, now(), textsOfRecord(record).cookie),
      }
      await update(sid, { fields, guard: { secretHash: live } })
      // From here on nobody adds to them.
      const unset = Object.keys((await fresh(sid))?.data ?? {})
      if (unset.length > 0) await update(sid, { unset, guard: { secretHash: ended } })
    },
  }
}

function knownOf(id: string, record: SessionRecord): Known {
  const { createdAt, lastSeenAt, expiresAt } = record
  return { id, createdAt, lastSeenAt, expiresAt, ...textsOfRecord(record) }
}

function hasEnded(): SessionError {
  return new SessionError(
    'session_ended',
    'This session has ended since the request read it, by a logout, by regenerate or by a timeout. Nothing was stored.',
  )
}
