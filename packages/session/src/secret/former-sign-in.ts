import { reservedPrefix } from '../record/values/json.ts'
import type { SessionRecord } from '../store.ts'
import { ownHash, secretHashOf } from './token.ts'

// A double click sends a sign-in twice, with the same visitor's cookie: the second one must neither lose the visitor's
// data nor leave a session that nobody holds. So for moments a record remembers the secret that its sign-in replaced:
// it opens nothing, but who authenticates as the same user and brings it joins the session (decisions/0025).
const formerKey = `${reservedPrefix}former`

const joinableFor = 10_000

/** What a visitor's sign-in writes for others of the same click. */
export function rememberFormer(before: SessionRecord, now: number): Readonly<Record<string, string>> {
  return { [formerKey]: `${now} ${ownHash(before.secretHash)}` }
}

/** The key to remove with the next write of a use. */
export function formerSignIn(record: SessionRecord): readonly string[] {
  return record.data[formerKey] === undefined ? [] : [formerKey]
}

/** Whether the record came about moments ago by a sign-in of this user that brought this very token. */
export function isJoinable(record: SessionRecord, text: string, userId: string, now: number): boolean {
  const [at = '', hash] = record.data[formerKey]?.split(' ') ?? []
  return record.userId === userId && hash === ownHash(secretHashOf(text)) && now < Number(at) + joinableFor
}
