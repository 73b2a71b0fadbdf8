import type { Guard, SessionPatch } from '../../../store.ts'
import { encodeFields, encodeTime } from '../record.ts'

/** What a script publishes; both texts empty for nothing. */
interface Told {
  readonly channel: string
  readonly announced: string
}

interface UpdateTerms extends Told {
  /** What the index by user already has of the session. */
  readonly entry: { readonly user: string; readonly life: number } | null
  /** Milliseconds to keep the record; null leaves it as it is. */
  readonly life: number | null
}

/** The arguments of `updateScript`. */
export function updateArguments(patch: SessionPatch, terms: UpdateTerms): string[] {
  const { fields = {}, set = {}, unset = [] } = patch
  const changes = encodeFields(fields)
  const values = Object.entries(set).flat()
  // A key that is both set and unset is set, as in the other stores.
  const removed = unset.filter((key) => !Object.hasOwn(set, key))
  const changed = [changes.set, changes.unset, values, removed]
  const isTouch = changed.every((list) => list.length === 0) && fields.authenticatedAt === undefined
  const isTold = !isTouch && terms.channel !== ''
  return [
    ...guardArguments(patch.guard),
    isTold ? terms.channel : '',
    isTold ? terms.announced : '',
    terms.entry ? `+${terms.entry.user}` : '',
    String(terms.entry?.life ?? 0),
    terms.life === null ? '' : String(terms.life),
    timeArgument(fields.authenticatedAt),
    timeArgument(fields.lastSeenAt),
    timeArgument(fields.renewedAt),
    timeArgument(fields.expiresAt),
    fields.userId === undefined ? '=' : fields.userId === null ? '-' : `+${fields.userId}`,
    fields.secretHash ?? '',
    values.length > 0 ? '1' : '',
    ...changed.flatMap((list) => [String(list.length), ...list]),
  ]
}

/** The arguments of `deleteScript`. */
export function deleteArguments(
  guard: Guard | undefined,
  terms: Told & { readonly isLasting: boolean },
): string[] {
  return [...guardArguments(guard), terms.channel, terms.announced, terms.isLasting ? '1' : '']
}

// An equals sign tells a guard of an empty text from none.
function guardArguments(guard: Guard = {}): [string, string] {
  return [
    guard.secretHash === undefined ? '' : `=${guard.secretHash}`,
    guard.rev === undefined ? '' : String(guard.rev),
  ]
}

function timeArgument(time: number | null | undefined): string {
  return time === undefined ? '' : encodeTime(time)
}
