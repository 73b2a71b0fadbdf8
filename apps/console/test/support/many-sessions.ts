import { randomBytes } from 'node:crypto'
import type { SessionStore } from 'latchkey'

/** Puts so many more sessions like this one into a store, as they were there before users had a limit. */
export async function addSessionsLike(store: SessionStore, sid: string, count: number): Promise<void> {
  const like = await store.read(sid)
  if (!like) throw new Error('There is no such session.')
  for (let at = 0; at < count; at++) {
    const own = {
      sid: randomBytes(15).toString('base64url'),
      secretHash: randomBytes(33).toString('base64url'),
    }
    await store.create({ ...like, ...own })
  }
}
