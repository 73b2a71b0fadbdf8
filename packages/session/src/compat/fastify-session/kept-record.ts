import { hash } from 'node:crypto'
import { SessionError } from '../../errors.ts'
import { isStorable } from '../../record/values/stored-text.ts'
import type { SessionRecord } from '../../store.ts'
import type { Texts } from '../changed-values.ts'

/** How a session of @fastify/session is kept: under what nobody can make its cookie of. */
export interface RecordKey {
  readonly sid: string
  /** The record's secret hash while the session lives, and once it has ended: what every write is guarded by. */
  readonly live: string
  readonly ended: string
  /** Of the mark that says that it was taken over from a former store. */
  readonly moved: string
}

export function keyOf(id: string): RecordKey {
  const hashed = (what: string) => hash('sha256', `latchkey @fastify/session ${what} ${id}`, 'base64url')
  // A colon: no cookie of ours opens it (decisions/0028).
  return {
    sid: `fastify:${hashed('record')}`,
    live: hashed('live'),
    ended: hashed('ended'),
    moved: `fastify-moved:${hashed('moved')}`,
  }
}

/** @param at milliseconds since the epoch */
export function recordOf(
  sid: string,
  secretHash: string,
  at: number,
  expiresAt: number,
  data: SessionRecord['data'],
): SessionRecord {
  return {
    sid,
    userId: null,
    secretHash,
    previous: null,
    policy: 'default',
    createdAt: at,
    authenticatedAt: null,
    lastSeenAt: at,
    renewedAt: at,
    expiresAt,
    rev: 0,
    data,
  }
}

const cookieKey = 'cookie'
// Before the name of a value, so that none of them is called as the cookie is.
const prefix = '.'

/** The application's values, as every store of @fastify/session keeps them: by their JSON. */
export function valueTexts(session: object): Texts {
  const texts = new Map<string, string>()
  for (const [name, value] of Object.entries(session)) {
    if (name === 'cookie') continue
    const text = JSON.stringify(value)
    if (text === undefined) continue
    if (!isStorable(name))
      throw new SessionError(
        'value_not_json',
        'A session value has a name with U+0000 or half a surrogate pair. Rename it.',
      )
    texts.set(prefix + name, text)
  }
  return texts
}

export function dataOf(texts: Texts, cookie: string): SessionRecord['data'] {
  return { ...Object.fromEntries(texts), [cookieKey]: cookie }
}

export const withCookie = (set: SessionRecord['data'] | undefined, cookie: string) => ({
  ...set,
  [cookieKey]: cookie,
})

export function textsOfRecord({ data }: SessionRecord): { readonly texts: Texts; readonly cookie: string } {
  const { [cookieKey]: cookie = '{}', ...rest } = data
  return { texts: new Map(Object.entries(rest)), cookie }
}

export function valuesOf(texts: Texts): Record<string, unknown> {
  return Object.fromEntries([...texts].map(([name, text]) => [name.slice(prefix.length), JSON.parse(text)]))
}
