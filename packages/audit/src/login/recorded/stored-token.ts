import { parseJson } from '../../network/json.ts'
import { nameOf, textsIn } from '../../options/recording/requests.ts'
import type { StoredItem } from '../../options/recording/storage-state.ts'

/** The likeliest first: an ID token is there to be read, and is sent for want of another only. */
const NAMES = [
  /(?:^|[^a-z])access[-_]?token$|^accessToken$/i,
  /(?:^|[^a-z])(?:auth|api|user|session)?[-_]?token$|^(?:auth|session|user)Token$|(?:^|[^a-z])jwt$|bearer$/i,
  /(?:^|[^a-z])id[-_]?token$|^idToken$/i,
]

/** The bearer token that a page keeps in its storage; null when nothing looks like one. */
export function tokenIn(items: readonly Pick<StoredItem, 'name' | 'value'>[]): string | null {
  const texts = items.flatMap(({ name, value }) => {
    const data = parseJson(value)
    const isPlain = data === undefined || typeof data === 'number' || typeof data === 'boolean'
    return textsIn(isPlain ? value : data, [name])
  })
  for (const pattern of NAMES) {
    for (const member of texts) {
      const value = member.value.replace(/^Bearer\s+/i, '')
      const isNamed = pattern.test(nameOf(member)) && !/refresh|csrf|xsrf/i.test(nameOf(member))
      if (isNamed && value.length >= 16 && !/\s/.test(value)) return value
    }
  }
  return null
}
