import { SessionError } from '../../../errors.ts'
import type { RedisConnection, Send } from '../clients/connection.ts'

const scanCount = '1000'
const unlinkAtMost = 500
/** A key that moves between two nodes during a pass may be seen at neither. */
const passesInCluster = 5

/**
 * Removes every key with the prefix, by SCAN at each primary.
 * @param removeLast removes the last key found at a primary, so that the caller can wait for its replicas
 */
export async function deleteKeys(
  connection: RedisConnection,
  prefix: string,
  removeLast: (key: string) => Promise<boolean>,
): Promise<number> {
  const pattern = `${escapeGlob(connection.addedPrefix + prefix)}*`
  let removed = 0
  for (let pass = 0; pass < (connection.isCluster ? passesInCluster : 1); pass++) {
    const primaries = connection.isCluster ? await allPrimaries(connection) : await connection.primaries()
    const counts = await Promise.all(primaries.map((send) => deleteAt(connection, send, pattern, removeLast)))
    const count = counts.reduce((sum, each) => sum + each, 0)
    removed += count
    if (count === 0) break
  }
  return removed
}

// A client may know none yet, or fewer than there are by now; what is not scanned would live on.
async function allPrimaries(connection: RedisConnection): Promise<readonly Send[]> {
  const ranges = await connection.send('', ['CLUSTER', 'SLOTS'])
  const owners = new Set(
    (ranges as [from: unknown, to: unknown, owner: unknown[]][]).map(([, , owner]) => String(owner)),
  )
  const primaries = await connection.primaries()
  if (primaries.length === owners.size) return primaries
  throw new SessionError(
    'store_unavailable',
    `The client knows ${primaries.length} primaries of the cluster, which has ${owners.size}. Try again.`,
  )
}

async function deleteAt(
  connection: RedisConnection,
  primary: Send,
  pattern: string,
  removeLast: (key: string) => Promise<boolean>,
): Promise<number> {
  let cursor = '0'
  let removed = 0
  let last: string | undefined
  do {
    const reply = await primary(['SCAN', cursor, 'MATCH', pattern, 'COUNT', scanCount])
    const [next, found] = reply as [unknown, unknown[]]
    cursor = String(next)
    // The client adds its prefix to these again. SCAN may name a key more than once.
    const keys = new Set(found.map((key) => String(key).slice(connection.addedPrefix.length)))
    if (last !== undefined) keys.add(last)
    const page = [...keys]
    last = page.pop()
    removed += await unlink(connection, page)
  } while (cursor !== '0')
  if (last !== undefined && (await removeLast(last))) removed++
  return removed
}

async function unlink(connection: RedisConnection, keys: readonly string[]): Promise<number> {
  const size = connection.isCluster ? 1 : unlinkAtMost
  const commands: Promise<unknown>[] = []
  for (let from = 0; from < keys.length; from += size) {
    const [first = '', ...others] = keys.slice(from, from + size)
    commands.push(connection.send(first, ['UNLINK', first, ...others]))
  }
  const counts = await Promise.all(commands)
  return counts.reduce<number>((sum, count) => sum + Number(count), 0)
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]^]/g, '\\$&')
}
