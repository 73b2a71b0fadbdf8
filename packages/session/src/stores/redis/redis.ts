import { SessionError } from '../../errors.ts'
import type { Guard, SessionPatch, SessionRecord, SessionStore, Subscription } from '../../store.ts'
import { connectionOf, type RedisClient } from './clients/client.ts'
import { deleteArguments, updateArguments } from './commands/arguments.ts'
import { rationed } from './commands/budget.ts'
import { createCommands } from './commands/commands.ts'
import { deleteKeys } from './commands/delete-all.ts'
import { createScript, deleteScript, indexScript, updateScript } from './commands/scripts.ts'
import { announcement } from './events/events.ts'
import { subscribe } from './events/subscription.ts'
import { type RedisStoreOptions, settingsOf } from './options.ts'
import { decodeRecord, encodeRecord, readFields } from './record.ts'

export type { IoredisClient, NodeRedisClient, RedisClient } from './clients/client.ts'
export type { RedisStoreOptions } from './options.ts'

/** What the index by user is told of a session, and for how many milliseconds. */
interface Entry {
  readonly user: string
  readonly life: number
}

/** Milliseconds; beyond it Redis would refuse the number. */
const longestLife = 100 * 365 * 86_400_000
const listAtOnce = 1000
const indexAttempts = 10

/**
 * Records in Redis 6.2 or later, or Valkey: single, replicated or cluster, through the client you have. That client
 * stays yours: connect it, close it, and give it an 'error' listener (node-redis ends the process without one).
 *
 * - One record is one hash. Reading, writing and ending a session is one command on that key, at its primary; a
 *   login, and the touch that comes at most once a minute, are two, because they first extend the index by user.
 *   The index is written before the record, so a crash in between never leaves a live session out of `list`.
 * - Redis answers before its replicas have a write. A failover can therefore lose the last ones, a logout among
 *   them. With `waitForReplicas`, deletes and new secrets resolve only when `count` replicas have them, and else
 *   reject with `store_unavailable` though the primary has made the change. A failover then keeps them if one of
 *   those replicas is promoted; Redis prefers the most advanced, but promises nothing. Other commands of the same
 *   connection wait meanwhile, so keep `timeout` short. (Redis documentation, WAIT.)
 * - A server that starts again forgets what was not saved, logouts too: use `appendonly yes`.
 * - Use `maxmemory-policy noeviction`, or sessions end early. A full server refuses new sessions and larger ones;
 *   what keeps a session alive, changes its secret or ends it goes on.
 * - `subscribe` opens a connection of its own, made like yours, that keeps the process alive until it is closed.
 *
 * @throws SessionError `config_invalid` for another kind of client, one that reads from replicas, or a wrong option
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): SessionStore {
  const settings = settingsOf(options)
  const connection = connectionOf(client)
  const commands = createCommands(connection, settings.waitForReplicas)
  const prefix = connection.missingPrefix + settings.prefix
  const recordPrefix = `${prefix}s:`
  const subscriptions = new Set<Subscription>()

  /** Empty where nothing is announced, null until it is known. */
  let channel = settings.announce ? null : ''

  // Channels, unlike keys, get no prefix from the client and belong to no database. That of the first database is the
  // one that earlier versions had for all.
  async function findChannel(): Promise<string> {
    const database = await commands.cleanly(connection.database())
    channel = `${connection.addedPrefix}${prefix}events${database === 0 ? '' : `:${database}`}`
    return channel
  }

  const keyOf = (sid: string) => recordPrefix + sid
  const indexOf = (userId: string) => `${prefix}u:${userId}`
  const lifeOf = (expiresAt: number) =>
    Math.min(Math.max(Math.ceil(expiresAt - Date.now()), 0) + settings.expiryGrace, longestLife)

  // In a cluster the index can be at another primary than the record, whose failover could forget the entry alone: a
  // live session that `list` misses. Elsewhere replicas have the entry whenever they have the record.
  async function index({ user, life }: Entry, sid: string, isNew: boolean, isLogin = isNew): Promise<void> {
    const args = [sid, String(life), isNew ? '1' : '']
    await commands.run(indexScript, indexOf(user), args, isLogin && connection.isCluster)
  }

  function unindex(userId: string, sid: string): void {
    // An entry without a record is harmless, and goes by itself in the end.
    commands.send(indexOf(userId), ['ZREM', indexOf(userId), sid]).catch(() => undefined)
  }

  function read(sid: string): Promise<SessionRecord | null> {
    const key = recordPrefix + sid
    return commands.read(key, ['HMGET', key, ...readFields], (reply) => decodeRecord(sid, reply))
  }

  async function update(sid: string, patch: SessionPatch): Promise<boolean> {
    const { userId, expiresAt, secretHash } = patch.fields ?? {}
    const life = expiresAt === undefined ? null : lifeOf(expiresAt)
    const owner = userId === undefined ? patch.owner : userId
    const told = { channel: channel ?? (await findChannel()), announced: announcement.changed(sid) }
    let entry: Entry | null = typeof owner === 'string' && life !== null ? { user: owner, life } : null
    for (let attempt = 0; attempt < indexAttempts; attempt++) {
      if (entry) await index(entry, sid, false, typeof userId === 'string')
      const args = updateArguments(patch, { ...told, entry, life })
      const reply = await commands.run(updateScript, keyOf(sid), args, secretHash !== undefined)
      if (reply === '1') return true
      if (reply === '-') return false
      const space = reply.indexOf(' ')
      entry = { user: reply.slice(space + 1), life: Number(reply.slice(1, space)) }
    }
    throw new SessionError('store_unavailable', 'The session changed hands at every attempt. Try again.')
  }

  async function remove(key: string, announced: string, guard?: Guard): Promise<string> {
    const args = deleteArguments(guard, {
      channel: announced && (channel ?? (await findChannel())),
      announced,
      isLasting: commands.waits,
    })
    return commands.run(deleteScript, key, args, true)
  }

  async function list(userId: string): Promise<SessionRecord[]> {
    const members = await commands.send(indexOf(userId), ['ZRANGE', indexOf(userId), '0', '-1'])
    const sids = (members as unknown[]).map(String)
    const records: SessionRecord[] = []
    for (let from = 0; from < sids.length; from += listAtOnce) {
      const chunk = await Promise.all(sids.slice(from, from + listAtOnce).map(read))
      for (const record of chunk) if (record?.userId === userId) records.push(record)
    }
    return records
  }

  return {
    async create(record) {
      const life = lifeOf(record.expiresAt)
      if (record.userId !== null) await index({ user: record.userId, life }, record.sid, true)
      const args = [record.secretHash, String(life), ...encodeRecord(record)]
      if ((await commands.run(createScript, keyOf(record.sid), args)) === '1') return
      throw new SessionError('sid_taken', 'A session with this sid exists.')
    },
    read,
    update,
    async delete(sid, guard) {
      const reply = await remove(keyOf(sid), announcement.ended(sid), guard)
      if (reply.startsWith('+')) unindex(reply.slice(1), sid)
      return reply !== '0' && reply !== '-'
    },
    ...(commands.waits && {
      confirmDeleted: rationed(
        async (sid: string, guard: Guard) => void (await remove(keyOf(sid), announcement.ended(sid), guard)),
      ),
    }),
    list,
    async deleteAll() {
      try {
        return await commands.cleanly(
          deleteKeys(connection, recordPrefix, async (key) => (await remove(key, '')) !== '0'),
        )
      } finally {
        const name = channel ?? (await findChannel())
        if (name) await commands.send(name, ['PUBLISH', name, announcement.endedAll])
      }
    },
    ...(settings.announce && {
      subscribe(listener) {
        const subscription = subscribe(connection, async () => channel ?? findChannel(), listener)
        subscriptions.add(subscription)
        return subscription
      },
    }),
    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.close()))
    },
  }
}
